"""What a script is given: the people of the play, and the means to say what happens next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.async_api import Page

from attacker.injector import Injector
from attacker.thief import Thief


class User(Protocol):
    """A person in front of a browser, real or played over HTTP."""

    async def open(self, url: str) -> Any:
        """Open an address, and sign in where the provider asks for it."""
        ...

    async def follow(self, url: str, *, willing: bool = True) -> Any:
        """The same, wherever it ends; ``willing`` is whether an app is allowed what it asks."""
        ...


class AttackersBrowser(Protocol):
    """What the attacker sits in front of, real or played over HTTP."""

    async def open(self, url: str) -> Any:
        """Go to an address."""
        ...


@dataclass(frozen=True)
class PageBrowser:
    """A page of a real browser."""

    page: Page

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.page.goto(url)


@dataclass
class Victim:
    """The victim, with a browser, on a device that the channel has prepared."""

    user: User
    start: Callable[[], Awaitable[Any]]

    async def log_in(self) -> None:
        """Start a login at the honest client, and sign in; ends where the redirect arrives."""
        await self.start()

    async def open(self, url: str) -> None:
        """Open an address, and sign in where the provider asks for it."""
        await self.user.open(url)

    async def follow(self, url: str) -> None:
        """The same, but the provider may well refuse what the address asks for."""
        await self.user.follow(url)

    async def lured_to(self, url: str) -> None:
        """Open an address that somebody sent; an app that the victim did not open gets a no."""
        await self.user.follow(url, willing=False)


@dataclass
class Play:
    """One performance of a scenario in one cell.

    ``announce`` tells what happens next; ``clock`` sets the provider's clock forward; ``at_client``
    is the attacker's own browser at the honest client, there only in scenarios whose prize is a
    session.
    """

    victim: Victim
    thief: Thief
    announce: Callable[[str], None]
    clock: Callable[[float], None]
    at_client: Injector | None = None

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[None]:
        """A step of the story, as the report tells it."""
        self.announce(title)
        yield

    def let_time_pass(self, seconds: float) -> None:
        """Set the provider's clock forward until the end of the play."""
        self.clock(seconds)

    @property
    def injector(self) -> Injector:
        """The attacker's browser. Raises ``RuntimeError`` when the scenario injects nothing."""
        if self.at_client is None:
            raise RuntimeError("declare a proof by session to get a browser for the attacker")
        return self.at_client
