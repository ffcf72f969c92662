"""What every setting has: the victim at a browser, signed in after the first login."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Self

from playwright.async_api import BrowserContext, Page

from attacker.thief import Thief
from attacker.vantage import Vantage
from reports import actors
from reports.records import Handover, Record
from reports.runlog import now
from scenarios.embedded import PROVIDER_HOST, Key
from scenarios.play import Victim
from scenarios.stage.stage import Stage
from victim.user import UserAtBrowser


class Setting(ABC):
    """The victim at one client over one channel. Used as an asynchronous context manager.

    ``session`` names the victim's browser profile; ``write`` receives what the operating system
    did. Inside :meth:`attack`, what the victim does can go astray; inside :meth:`control`, it
    cannot.
    """

    profile: BrowserContext
    page: Page

    def __init__(self, stage: Stage, key: Key, session: str, write: Callable[[Record], None]):
        self.stage = stage
        self.key = key
        self.session = session
        self.stack = AsyncExitStack()
        self._write = write

    async def __aenter__(self) -> Self:
        self.profile = await self.stage.browser_context(actors.VICTIM_BROWSER, self.session)
        self.stack.push_async_callback(self.profile.close)
        self.page = await self.profile.new_page()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login: nobody is in the way."""
        self.stage.cast.assign(self.session, play)
        yield self.victim(self.page, None)

    @abstractmethod
    def attack(self, play: str, thief: Thief) -> AbstractAsyncContextManager[Victim]:
        """The same with the thief in place."""

    def victim(self, page: Page, vantage: Vantage | None) -> Victim:
        """A victim who starts the login on a page; ``vantage`` is the attacker's, if any."""
        user = UserAtBrowser(page, self.stage.target.victim, PROVIDER_HOST, _no_other_program)
        entry = self.stage.target.entry(self.key, vantage)
        return Victim(user, lambda: user.open(entry))

    def handover(
        self, play: str, source: str, destination: str, medium: str, content: str, detail: str
    ) -> Handover:
        """Record what the operating system passed from one party to another."""
        handover = Handover(
            id=self.stage.recorder.next_id(),
            play=play,
            at=now(),
            source=source,
            destination=destination,
            medium=medium,
            content=content,
            detail=detail,
        )
        self._write(handover)
        return handover


async def _no_other_program(url: str) -> None:
    raise RuntimeError(f"nothing on this device opens {url.partition(':')[0]}:")
