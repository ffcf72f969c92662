"""A malicious extension in the victim's browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from attacker.redirect_handlers.browser_extension import pack
from attacker.redirect_handlers.collector import PATH
from attacker.thief import Thief
from scenarios.hosts import COLLECTOR_HOST
from scenarios.play import Victim
from scenarios.settings.own_browser import OwnBrowserSetting

_START_MS = 10_000


class ExtensionMissingError(Exception):
    """The browser has not loaded the extension, so nobody watches."""


class BrowserExtensionSetting(OwnBrowserSetting):
    """During an attack the victim's browser has one extension too many."""

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The extension is awake before the login begins. Raises ExtensionMissingError."""
        async with self.own_browser(play, self._packed()) as browser:
            await _awake(browser.context)
            yield self.victim(browser.context.pages[0], thief.vantage)

    def _packed(self) -> Path:
        folder = self.stage.directory / "extension"
        return folder if folder.exists() else pack(folder, f"http://{COLLECTOR_HOST}{PATH}")


async def _awake(browser: BrowserContext) -> None:
    """Wait for its background script: what comes before it would go unseen."""
    try:
        if not browser.service_workers:
            await browser.wait_for_event("serviceworker", timeout=_START_MS)
    except PlaywrightTimeoutError:
        raise ExtensionMissingError(
            "the browser did not start the extension; use Chromium or Chrome for Testing"
        ) from None
