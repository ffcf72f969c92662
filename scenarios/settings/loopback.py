"""``localhost``, with the thief on ``[::1]`` and the honest app on ``127.0.0.1``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page

from attacker.thief import Thief
from reports import actors
from scenarios.play import Victim
from scenarios.settings.setting import BrowserSetting


class LoopbackSetting(BrowserSetting):
    """During an attack the victim's browser itself resolves ``localhost``, and dials ``::1``.

    Honest logins go through the proxy, which knows one address for the name only.
    """

    _page_beside_squatter: Page | None = None

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The squatter listens, and says for which play it does."""
        page = self._page_beside_squatter or await self._open_page()
        self.stage.cast.assign(self._profile_name, play)
        self.stage.cast.assign(self.stage.listener.session, play)
        try:
            yield self.victim(page, thief.vantage)
        finally:
            self.stage.cast.assign(self.stage.listener.session, "")

    @property
    def _profile_name(self) -> str:
        return f"{self.session}.localhost"

    async def _open_page(self) -> Page:
        """A second profile, signed in like the victim's other one."""
        profile = await self.stage.browser_context(
            actors.VICTIM_BROWSER,
            self._profile_name,
            resolves_localhost=True,
            signed_in_as=await self.profile.storage_state(),
        )
        self.stack.push_async_callback(profile.close)
        self._page_beside_squatter = await profile.new_page()
        return self._page_beside_squatter
