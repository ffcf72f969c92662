"""What a script is given: the people of the play, and the means to say what happens next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from attacker.injector import Injector
from attacker.thief import Thief
from victim.user import UserAtBrowser


@dataclass
class Victim:
    """The victim, with a browser, on a device that the channel has prepared."""

    user: UserAtBrowser
    start: Callable[[], Awaitable[None]]

    async def log_in(self) -> None:
        """Start a login at the honest client, and sign in; ends where the redirect arrives."""
        await self.start()

    async def open(self, url: str) -> None:
        """Open an address, and sign in where the provider asks for it."""
        await self.user.open(url)


@dataclass
class Play:
    """One performance of a scenario in one cell.

    ``step`` announces what happens next; ``at_client`` is the attacker's own browser at the honest
    client, there only in scenarios that inject.
    """

    victim: Victim
    thief: Thief
    announce: Callable[[str], None]
    at_client: Injector | None = None

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[None]:
        """A step of the story, as the report tells it."""
        self.announce(title)
        yield

    @property
    def injector(self) -> Injector:
        """The attacker's browser. Raises ``RuntimeError`` when the scenario injects nothing."""
        if self.at_client is None:
            raise RuntimeError("declare an injecting goal to get a browser for the attacker")
        return self.at_client
