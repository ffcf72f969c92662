"""What a script is given: the people of the play, and the means to say what happens next."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from playwright.async_api import Page

from attacker.injector import Cookie, Injector
from attacker.own_pages import Spot
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

    async def open(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Go to an address; ``headers`` are sent on top."""
        ...

    async def bring(self, url: str, cookies: str) -> Any:
        """Go to an address with cookies that are somebody else's."""
        ...

    async def post(self, url: str, fields: dict[str, str]) -> Any:
        """Send a form of one's own making."""
        ...

    async def sign_in(self, url: str) -> Any:
        """Go to an address, sign in with the own account, and stop before the redirect back."""
        ...

    def filled_in(self) -> Any:
        """The sign-in form of this page, with the own account in it."""
        ...

    async def sign_in_as(self, url: str, username: str, password: str) -> Any:
        """Go to an address, and sign in with this account, all the way."""
        ...


@dataclass(frozen=True)
class PageBrowser:
    """A page of a real browser."""

    page: Page

    async def open(self, url: str, headers: dict[str, str] | None = None) -> None:
        """Go to an address; ``headers`` are sent on top."""
        await self.page.set_extra_http_headers(headers or {})
        await self.page.goto(url)

    async def bring(self, url: str, cookies: str) -> None:
        """Raises ``NotImplementedError``: no scenario asks for this in a browser with a window."""
        raise NotImplementedError("replay requests with their cookies over HTTP")

    async def post(self, url: str, fields: dict[str, str]) -> None:
        """Raises ``NotImplementedError``: no scenario asks for this in a browser with a window."""
        raise NotImplementedError("send forms of one's own making over HTTP")

    async def sign_in(self, url: str) -> None:
        """Raises ``NotImplementedError``: no scenario asks for this in a browser with a window."""
        raise NotImplementedError("play logins with the attacker's own account over HTTP")

    def filled_in(self) -> None:
        """Raises ``NotImplementedError``, for the same reason."""
        raise NotImplementedError("play logins with the attacker's own account over HTTP")

    async def sign_in_as(self, url: str, username: str, password: str) -> None:
        """Raises ``NotImplementedError``, for the same reason."""
        raise NotImplementedError("play logins with a stolen password over HTTP")


async def _nowhere() -> None:
    raise NotImplementedError("the victim of this channel cannot do that")


def _tossed_in_vain(cookie: Cookie) -> None:
    raise NotImplementedError("no neighbour of this channel sets cookies")


async def _sent_in_vain(form: Any) -> None:
    raise NotImplementedError("no page of this channel sends forms")


async def _looked_at_in_vain(url: str) -> None:
    raise NotImplementedError("this channel has no pages to look at")


async def _pasted_in_vain(form: str) -> None:
    raise NotImplementedError("the victim of this channel pastes nothing anywhere")


async def _unseen(url: str) -> Spot:
    raise NotImplementedError("nobody looks at pages for a place to click in this channel")


async def _unannounced() -> None:
    raise NotImplementedError("nobody tells here what arrives at the provider")


@dataclass
class Victim:
    """The victim, with a browser, on a device that the channel has prepared.

    ``client`` is where the honest client is; ``start`` begins a login, and ``again`` brings its
    redirect once more, when the client is up. ``other_server`` is what else the client offers to
    sign in at, if it does. ``anew`` begins a login with a profile that knows nothing,
    and ``toss`` sets a cookie in one.
    """

    user: User
    client: str
    start: Callable[[], Awaitable[Any]]
    again: Callable[[], Awaitable[Any]] = _nowhere
    other_server: str = ""
    anew: Callable[[], Awaitable[Any]] = _nowhere
    toss: Callable[[Cookie], None] = _tossed_in_vain
    send: Callable[[Any], Awaitable[Any]] = _sent_in_vain
    click: Callable[..., Awaitable[Any]] = _looked_at_in_vain
    trust: Callable[[str], Awaitable[Any]] = _looked_at_in_vain
    paste: Callable[[str], Awaitable[Any]] = _pasted_in_vain

    async def log_in(self) -> None:
        """Start a login at the honest client, and sign in; ends where the redirect arrives."""
        await self.start()

    async def log_in_elsewhere(self) -> None:
        """Start a login at the client, and choose the other server that it offers."""
        await self.user.follow(f"{self.client}?{urlencode({'server': self.other_server})}")

    async def begin_login(self) -> None:
        """Start a login in a new browser, and get no further than the page that asks who it is."""
        await self.anew()

    def is_tossed(self, cookie: Cookie) -> None:
        """Get a cookie, in a new browser, from a host beside the server that it is for."""
        self.toss(cookie)

    async def visits_page_that_sends(self, form: Any) -> None:
        """Come across a page that has the browser send a form of somebody else's."""
        await self.send(form)

    async def pastes_address_into(self, form: str) -> None:
        """Copy what the address bar shows into the only field of a form, as a page has asked for.

        ``form`` is its URL up to the value of the field.
        """
        await self.paste(form)

    async def reload(self) -> None:
        """Bring the redirect to the client once more, as a person does who saw an error page."""
        await self.again()

    async def open(self, url: str) -> None:
        """Open an address, and sign in where the provider asks for it."""
        await self.user.open(url)

    async def follow(self, url: str | None) -> None:
        """Follow a link, if there is one, and allow what it asks; the provider may refuse that."""
        if url is not None:
            await self.user.follow(url)

    async def lured_to(self, url: str) -> None:
        """Open an address that somebody sent; an app that the victim did not open gets a no."""
        await self.user.follow(url, willing=False)

    async def trusts_page(self, url: str) -> None:
        """Visit a page, and sign in if it asks for that at the provider's address."""
        await self.trust(url)

    async def clicks_on_page(self, url: str) -> None:
        """Visit a page, and click on what it offers."""
        await self.click(url)

    async def uses_client_with(self, script: str) -> None:
        """Click in a page of the client that somebody has got a script into."""
        await self.click(f"{self.client}/me", script)

    async def look_at_session(self) -> None:
        """Ask the client who is signed in here."""
        await self.user.follow(f"{self.client}/me")


@dataclass
class Play:
    """One performance of a scenario in one cell.

    ``announce`` tells what happens next; ``clock`` sets the provider's clock forward; ``at_client``
    is the attacker's own browser at the honest client, there only in scenarios whose prize is a
    session; ``arrival`` is over when the provider has the client's token request. ``find_yes``
    gives where on the page of a request, which the attacker looks at itself, a click allows it.
    """

    victim: Victim
    thief: Thief
    announce: Callable[[str], None]
    clock: Callable[[float], None]
    at_client: Injector | None = None
    arrival: Callable[[], Awaitable[None]] = _unannounced
    find_yes: Callable[[str], Awaitable[Spot]] = _unseen

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[None]:
        """A step of the story, as the report tells it."""
        self.announce(title)
        yield

    def let_time_pass(self, seconds: float) -> None:
        """Set the provider's clock forward until the end of the play."""
        self.clock(seconds)

    @asynccontextmanager
    async def while_the_victim_logs_in(self, *, held_up: bool = False) -> AsyncIterator[None]:
        """What the attacker does while a login is going on; the login is over afterwards.

        ``held_up``: the client's token request does not get through before the end of the block.
        """
        if held_up:
            self.thief.lets_pass.clear()
        login = asyncio.create_task(self.victim.log_in())
        try:
            yield
            self.thief.lets_pass.set()
            await login
        finally:
            login.cancel()

    async def until_the_provider_is_busy_with_it(self) -> None:
        """Wait until the client's token request has arrived, and not for its answer."""
        await self.arrival()

    @property
    def injector(self) -> Injector:
        """The attacker's browser. Raises ``RuntimeError`` when the scenario injects nothing."""
        if self.at_client is None:
            raise RuntimeError("declare a proof by session to get a browser for the attacker")
        return self.at_client
