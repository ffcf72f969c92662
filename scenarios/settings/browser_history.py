"""The history of the victim's browser, with the thief's program on the device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from attacker.redirect_handlers.browser_history import visited
from attacker.thief import Thief
from attacker.wiretap import Medium
from reports import actors
from scenarios.play import Victim
from scenarios.settings.own_browser import OwnBrowserSetting


class BrowserHistorySetting(OwnBrowserSetting):
    """During an attack the victim closes the browser after the login, and the thief reads on."""

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief's program waits until the browser is closed."""
        async with self.own_browser(play) as browser:
            victim = self.victim(browser.context.pages[0], thief.vantage)

            async def log_in_and_leave() -> None:
                await victim.log_in()
                await browser.context.close()
                self._read(play, browser.profile, thief)

            yield replace(victim, start=log_in_and_leave)

    def _read(self, play: str, profile: Path, thief: Thief) -> None:
        source, destination = actors.VICTIM_BROWSER, actors.MALICIOUS_APP
        for url in visited(profile):
            medium, detail = Medium.BROWSER_HISTORY, "found in a file of the closed browser"
            thief.overhear(self.handover(play, source, destination, medium, url, detail))
