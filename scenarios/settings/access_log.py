"""Leaked access logs, and a victim who needs no browser with a window."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from attacker.thief import Thief
from reports import actors
from scenarios.embedded import PROVIDER_HOST
from scenarios.play import AttackersBrowser, Victim
from scenarios.settings.setting import Setting
from scenarios.stage.http_browser import HttpBrowser
from victim.user_over_http import UserOverHttp


class AccessLogSetting(Setting):
    """During an attack the thief reads what the fronts of client and provider log of the victim."""

    browser: HttpBrowser

    async def __aenter__(self) -> Self:
        http = self.stage.network.http_client(actors.VICTIM_BROWSER, self.session)
        self.browser = HttpBrowser(await self.stack.enter_async_context(http))
        return self

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login: nobody reads along, and the client is up."""
        self.stage.cast.assign(self.session, play)
        yield self._victim()

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief reads every line that the victim's requests leave behind."""

        def read(line: str) -> None:
            thief.read_log(
                self.handover(play, actors.CLIENT, actors.THIEF, "access log", line, "leaked")
            )

        self.stage.cast.assign(self.session, play)
        self.stage.front.readers[self.session] = read
        try:
            yield self._victim()
        finally:
            del self.stage.front.readers[self.session]

    @asynccontextmanager
    async def attackers_browser(self, play: str) -> AsyncIterator[AttackersBrowser]:
        """A profile that knows nothing; it speaks under the name of the play."""
        async with self.stage.network.http_client(actors.ATTACKER_BROWSER, play) as http:
            yield HttpBrowser(http)

    def _victim(self) -> Victim:
        user = UserOverHttp(self.browser, self.stage.target.victim, PROVIDER_HOST)
        entry = self.stage.target.entry(self.key)
        return Victim(user, lambda: user.follow(entry))
