"""A plaintext redirect, with the thief on the network path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attacker.thief import Thief
from scenarios.play import Victim
from scenarios.settings.setting import BrowserSetting


class PlaintextSetting(BrowserSetting):
    """During an attack the thief answers the plaintext redirects of the victim's browser."""

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief sits between this browser and the network."""
        self.stage.cast.assign(self.session, play)
        self.stage.intercepted_sessions.add(self.session)
        try:
            yield self.victim(self.page, thief.vantage)
        finally:
            self.stage.intercepted_sessions.discard(self.session)
