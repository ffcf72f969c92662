"""What every setting has: the victim at one client, over one channel."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page

from attacker.own_pages import Spot
from attacker.thief import Thief
from attacker.vantage import Vantage
from reports import actors
from reports.records import Handover, Record
from reports.runlog import now
from scenarios.hosts import PROVIDER_HOST
from scenarios.play import AttackersBrowser, PageBrowser, Victim
from scenarios.stage.stage import Stage
from scenarios.target import Key
from victim.sign_in.addresses import is_of_web
from victim.user import UserAtBrowser


class Setting(ABC):
    """The victim at one client over one channel. Used as an asynchronous context manager.

    ``session`` names the victim's browser profile; ``write`` receives what the operating system
    did. Inside :meth:`attack`, what the victim does can go astray; inside :meth:`control`, it
    cannot.
    """

    def __init__(self, stage: Stage, key: Key, session: str, write: Callable[[Record], None]):
        self.stage = stage
        self.key = key
        self.session = session
        self.stack = AsyncExitStack()
        self._write = write

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Give the victim its browser."""

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    @abstractmethod
    def control(self, play: str) -> AbstractAsyncContextManager[Victim]:
        """The honest login: nobody is in the way."""

    @abstractmethod
    def attack(self, play: str, thief: Thief) -> AbstractAsyncContextManager[Victim]:
        """The same with the thief in place."""

    @abstractmethod
    def attackers_browser(self, play: str) -> AbstractAsyncContextManager[AttackersBrowser]:
        """A browser of the attacker's own, with a profile that knows nothing."""

    async def find_yes(self, play: str, app: str, url: str) -> Spot:
        """Where on a page that the attacker opens itself a click allows an app what it asks.

        Raises ``NotImplementedError`` where pages have no places.
        """
        raise NotImplementedError("this channel has no pages with places to click at")

    def opened_by_app(self, url: str) -> str:
        """Where the client goes on with a redirect, if it is an app with a scheme of its own.

        It brings the redirect to its back end, with the cookies that it has from there.
        """
        target = self.stage.target
        own = target.endpoint(self.key).redirect_uri
        if is_of_web(own) or urlsplit(url).scheme != urlsplit(own).scheme:
            return ""
        return f"{target.entry(self.key)}?{urlsplit(url).query}"

    def handover(
        self, play: str, source: str, destination: str, medium: str, content: str, detail: str
    ) -> Handover:
        """Record what passed from one party to another, and not over HTTP."""
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


class BrowserSetting(Setting):
    """A victim at a real browser, signed in after the first login."""

    profile: BrowserContext
    page: Page

    async def __aenter__(self) -> Self:
        self.profile = await self.stage.browser_context(actors.VICTIM_BROWSER, self.session)
        self.stack.push_async_callback(self.profile.close)
        self.page = await self.profile.new_page()
        return self

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login: nobody is in the way."""
        self.stage.cast.assign(self.session, play)
        yield self.victim(self.page, None)

    @asynccontextmanager
    async def attackers_browser(self, play: str) -> AsyncIterator[AttackersBrowser]:
        """A new profile; it speaks under the name of the play."""
        self.stage.cast.assign(play, play)
        context = await self.stage.browser_context(actors.ATTACKER_BROWSER, play)
        try:
            yield PageBrowser(await context.new_page())
        finally:
            await context.close()

    def victim(self, page: Page, vantage: Vantage | None) -> Victim:
        """A victim who starts the login on a page; ``vantage`` is the attacker's, if any."""
        user = self.user(page)
        entry = self.stage.target.entry(self.key, vantage)
        return Victim(user, entry, lambda: user.open(entry), click=user.click_on, trust=user.trust)

    def user(self, page: Page) -> UserAtBrowser:
        """The victim in front of a page."""
        victim = self.stage.target.people.victim
        return UserAtBrowser(page, victim, PROVIDER_HOST, _no_other_program)


async def _no_other_program(url: str) -> None:
    raise RuntimeError(f"nothing on this device opens {url.partition(':')[0]}:")
