"""The victim at a browser whose profile lies on disk, where others on the device get at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import BrowserContext

from reports import actors
from scenarios.settings.setting import BrowserSetting


class OwnBrowser(NamedTuple):
    """A browser that a victim has to itself, and where its profile lies."""

    context: BrowserContext
    profile: Path


class OwnBrowserSetting(BrowserSetting):
    """During an attack the victim sits at a browser of its own, new for each play.

    Who only reads stands in nobody's way: the client is down, or it would redeem the code first.
    """

    @asynccontextmanager
    async def own_browser(
        self, play: str, extension: Path | None = None
    ) -> AsyncIterator[OwnBrowser]:
        """The browser, with an extension if one is installed; it speaks for the play."""
        stage, session = self.stage, f"{self.session}.{play}"
        context, profile = await stage.browser_on_disk(actors.VICTIM_BROWSER, session, extension)
        stage.cast.assign(session, play)
        stage.front.down.add(session)
        try:
            yield OwnBrowser(context, profile)
        finally:
            stage.front.down.discard(session)
            await context.close()
