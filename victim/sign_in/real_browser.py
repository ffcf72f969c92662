"""The first login at a provider that we did not write: in a real browser, by what the pages show.

Its cookies are handed on afterwards (:mod:`victim.sign_in.cookies`), so that each attack does not
begin with the login again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from victim.quiet import until_quiet
from victim.sign_in.addresses import is_at
from victim.sign_in.complaint import complaint
from victim.sign_in.document import Document
from victim.sign_in.hints import NO_HINTS, Hints, corrected
from victim.sign_in.live_page import Spot, act, place_of, read_live
from victim.sign_in.next_step import Account, Kind, Step, next_step
from victim.user import SignInFailedError

_PATIENCE_SECONDS = 30.0
_LATE_SECONDS = 3.0
_GLANCE_SECONDS = 0.2
_MOST_STEPS = 12
_ONCE = frozenset({Kind.USER_NAME, Kind.PASSWORD})
_NOWHERE = frozenset({"about", "data", "blob", "chrome-error"})

SignIn = Callable[[Page, str, str], Awaitable[object]]


async def sign_in(
    page: Page,
    url: str,
    account: Account,
    hosts: Collection[str],
    hints: Hints = NO_HINTS,
    *,
    own: SignIn | None = None,
    patience: float = _PATIENCE_SECONDS,
    willing: bool = True,
) -> str:
    """Open ``url``, sign in and allow what is asked, until the page leaves the ``hosts``.

    ``page`` is a fresh one: the second time that Chromium is sent to another program, it says
    nothing of it. ``url`` may be the client's: whoever has been at none of the ``hosts`` has not
    left them. Gives the address that the page leaves for, which the browser need not be able to
    open. ``own`` is a target's own function, called with page, user name and password; it is
    awaited once, and the way on is found as ever. ``patience`` is in seconds. Who is not
    ``willing`` allows nothing.
    Raises :class:`victim.user.SignInFailedError`, with a screenshot if there was a page.
    """
    visit = _Visit(page, account, hosts, hints, willing=willing)
    return await visit.within(patience, visit.until_left(url, own))


async def find_yes(
    page: Page,
    url: str,
    account: Account,
    hosts: Collection[str],
    hints: Hints = NO_HINTS,
    *,
    own: SignIn | None = None,
) -> Spot:
    """Sign in, and look where on the page a click would allow what is asked; nothing is allowed.

    Raises :class:`victim.user.SignInFailedError`, also where nothing is asked, or where one click
    would not do.
    """
    visit = _Visit(page, account, hosts, hints, stops_at=Kind.CHOICE)
    return await visit.within(_PATIENCE_SECONDS, visit.until_asked(url, own))


class _Visit:
    def __init__(
        self,
        page: Page,
        account: Account,
        hosts: Collection[str],
        hints: Hints,
        *,
        willing: bool = True,
        stops_at: Kind | None = None,
    ) -> None:
        self._page, self._account, self._hosts, self._hints = page, account, hosts, hints
        self._willing, self._stops_at = willing, stops_at
        self._came = False
        self._left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def within[T](self, patience: float, visiting: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(patience):
                return await visiting
        except TimeoutError:
            raise await self.failure(f"not signed in within {patience:.0f} s") from None

    async def until_left(self, url: str, own: SignIn | None) -> str:
        await self._until_done(url, own)
        return self._left.result()

    async def until_asked(self, url: str, own: SignIn | None) -> Spot:
        asked = await self._until_done(url, own)
        if asked is None:
            raise SignInFailedError("the provider asks for no consent")
        frame, step = asked
        if step.form is None or step.button is None:
            raise await self.failure("no button here that allows it")
        boxes = (each for each in step.form.controls if each.number in step.ticked)
        if any(not each.ticked for each in boxes):
            raise await self.failure("one click would not allow it: there are boxes to tick")
        return await place_of(frame, step.button)

    async def _until_done(self, url: str, own: SignIn | None) -> tuple[Frame, Step] | None:
        """Walk until the page has left, or asks for what the visit stops at."""
        devtools = await self._page.context.new_cdp_session(self._page)
        await devtools.send("Network.enable")
        main = (await devtools.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]

        def on_request(event: dict[str, Any]) -> None:
            # Playwright itself reports no request to a foreign scheme when a proxy wants a name.
            if event.get("type") == "Document" and event.get("frameId") == main:
                self._notice(event["request"]["url"] + event["request"].get("urlFragment", ""))

        devtools.on("Network.requestWillBeSent", on_request)
        try:
            await self._do(self._page.goto(url, wait_until="commit"))
            if own is not None and not self._left.done():
                await self._do(self._by(own))
            return await self._walk()
        finally:
            devtools.remove_listener("Network.requestWillBeSent", on_request)

    async def _walk(self) -> tuple[Frame, Step] | None:
        done: set[Kind] = set()
        for _ in range(_MOST_STEPS):
            found = await self._find()
            if self._left.done():
                return None
            if found is None:
                raise await self.failure("nothing here to sign in or go on with")
            frame, step = found
            if step.kind is self._stops_at:
                return found
            if step.kind in _ONCE and step.kind in done:
                raise await self.failure(f"the page asks for the {step.kind.value} again")
            done.add(step.kind)
            # A page that goes on by itself takes its button along.
            await self._do(act(frame, step), may_fail=step.kind not in _ONCE)
        if self._left.done():
            return None
        raise await self.failure(f"{_MOST_STEPS} pages, and no end")

    def _notice(self, url: str) -> None:
        self._came = self._came or is_at(url, self._hosts)
        elsewhere = urlsplit(url).scheme not in _NOWHERE and not is_at(url, self._hosts)
        if self._came and elsewhere and not self._left.done():
            self._left.set_result(url)

    async def _by(self, own: SignIn) -> None:
        try:
            await own(self._page, self._account.username, self._account.password)
        except PlaywrightError:
            raise
        except Exception as error:
            raise await self.failure(f"the login function raised {type(error).__name__}") from None

    async def _do(self, action: Awaitable[object], *, may_fail: bool = False) -> None:
        """Do something, and wait until it has had its effect or the page has left."""
        doing: asyncio.Future[Any] = asyncio.ensure_future(until_quiet(self._page, action))
        try:
            await asyncio.wait([doing, self._left], return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
        except PlaywrightError as error:
            if not (may_fail or self._left.done()):
                raise await self.failure(error.message.splitlines()[0]) from None
        except TimeoutError:
            pass  # A page that is never quiet may well have all that is needed.
        finally:
            if not doing.done():
                doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    async def _find(self) -> tuple[Frame, Step] | None:
        """The next step, in whichever frame; pages that a script makes get a moment for it."""
        for _ in range(int(_LATE_SECONDS / _GLANCE_SECONDS)):
            for frame in self._page.frames:
                step = None if self._left.done() else await self._step(frame)
                if step is not None:
                    return frame, step
            if self._left.done():
                return None
            await asyncio.sleep(_GLANCE_SECONDS)
        return None

    async def _step(self, frame: Frame) -> Step | None:
        if not is_at(frame.url, self._hosts):
            return None
        try:
            seen = await read_live(frame)
            found = next_step(seen, self._account, self._at_provider, willing=self._willing)
            # The hints say how to allow, and nothing of how to refuse.
            hints = self._hints if self._willing else replace(self._hints, allow_button="")
            return await corrected(frame, found, hints, self._account)
        except PlaywrightError:
            return None  # It has just gone on to another page.

    def _at_provider(self, url: str) -> bool:
        return is_at(url, self._hosts)

    async def failure(self, reason: str) -> SignInFailedError:
        """What went wrong on which page, what that says, and how it looks."""
        try:
            async with asyncio.timeout(_LATE_SECONDS):
                seen = await read_live(self._page.main_frame)
                mask = [self._page.locator("input[type=password]")]
                picture = await self._page.screenshot(mask=mask)
        except (PlaywrightError, TimeoutError):
            seen, picture = Document(), b""
        where = self._page.url.partition("?")[0].partition("#")[0]
        why = complaint(seen, self._account.password)
        return SignInFailedError(f"{reason}: at {where}, {why}", picture)
