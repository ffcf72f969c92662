"""The user: a person with an account, and the browser they sign in with."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from victim.identity_provider import User
from victim.quiet import until_quiet

_PATIENCE_SECONDS = 15.0
_ABORTED_SECONDS = 2.0
_ERROR_PAGE = "chrome-error"
_WEB = frozenset({"http", "https", "about", "data", "blob", _ERROR_PAGE})

OpenUrl = Callable[[str], Awaitable[None]]


class SignInFailedError(Exception):
    """The provider did not let the user in, or did not answer; the message says which.

    ``screenshot`` is what the user saw (PNG), with what they typed as a password covered.
    """

    def __init__(self, message: str, screenshot: bytes = b"") -> None:
        super().__init__(message)
        self.screenshot = screenshot


class PasswordRefusedError(SignInFailedError):
    """The provider says that the password is wrong: to try it on and on may lock the account."""


class UserAtBrowser:
    """Drives one page as the user would: follows links, signs in, consents.

    ``provider`` is the host of the identity provider. A URL of a scheme that is not the web's goes
    to ``hand_over``, which plays the operating system: a headless browser starts no other program.
    """

    def __init__(self, page: Page, user: User, provider: str, hand_over: OpenUrl) -> None:
        self.page = page
        self._user = user
        self._provider = provider
        self._hand_over = hand_over
        self._devtools: CDPSession | None = None

    async def open(self, url: str) -> None:
        """Open a URL, and sign in and consent wherever the provider asks, until it lets go.

        Raises :class:`SignInFailedError`.
        """
        if not await self.follow(url):
            headings = await self.page.locator("h1").all_inner_texts()
            raise SignInFailedError(f"the provider kept the user on a page {headings}")

    async def follow(self, url: str, *, willing: bool = True) -> bool:
        """The same, wherever it ends; whether the provider let go.

        ``willing`` says whether the user allows an app what it asks for.
        """
        patience = _PATIENCE_SECONDS * 1000
        left = await self._settle(lambda: self.page.goto(url, timeout=patience))
        if not left and await self._asked_for("input[type=password]"):
            left = await self._sign_in()
        decision = f"button[value={'allow' if willing else 'deny'}]"
        if not left and await self._asked_for(decision):
            left = await self._settle(lambda: self.page.click(decision))
        return left

    async def trust(self, url: str) -> None:
        """Open an address, see what becomes of it, and sign in if the provider's page asks."""
        await until_quiet(self.page, self._try_to_open(url))
        at_provider = urlsplit(self.page.url).hostname == self._provider
        if at_provider and await self._asked_for("input[type=password]"):
            await self._sign_in()

    async def click_on(self, url: str, script: str = "") -> None:
        """Visit a page, and click where it has its button, whatever else may lie there.

        ``script`` is what somebody has got into the page, and it runs there first. Windows that
        open are closed when nothing more happens.
        """
        await self.page.goto(url)
        if script:
            await self.page.evaluate(f"() => {{ {script} }}")
        place = await self.page.locator("button").bounding_box()
        if place is not None:
            x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
            await until_quiet(self.page, self.page.mouse.click(x, y))
        for opened in self.page.context.pages:
            if opened is not self.page:
                await opened.close()

    async def _try_to_open(self, url: str) -> None:
        try:
            await self.page.goto(url)
        except PlaywrightError as error:
            # A browser that is sent to what it does not open stays where it was.
            if "net::ERR_ABORTED" not in error.message:
                raise

    async def _sign_in(self) -> bool:
        await self.page.fill("input[name=username]", self._user.username)
        await self.page.fill("input[type=password]", self._user.password)
        return await self._settle(lambda: self.page.click("button[type=submit]"))

    async def _attach(self) -> CDPSession:
        # Once, and it ends with the page: to detach hangs while a server holds its answer back.
        if self._devtools is None:
            self._devtools = await self.page.context.new_cdp_session(self.page)
            await self._devtools.send("Network.enable")
        return self._devtools

    async def _asked_for(self, selector: str) -> bool:
        return await self.page.locator(selector).count() > 0

    async def _settle(self, action: Callable[[], Awaitable[object]]) -> bool:
        """Do something that navigates, and wait for where it ends; whether that is elsewhere."""
        arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def on_request(event: dict[str, Any]) -> None:
            # Playwright itself reports no request to a foreign scheme when a proxy wants a name.
            url = event["request"]["url"]
            foreign = urlsplit(url).scheme not in _WEB
            if foreign and event.get("type") == "Document" and not arrived.done():
                arrived.set_result(url)

        def on_load(page: Page) -> None:
            if not arrived.done():
                arrived.set_result(page.url)

        devtools = await self._attach()
        devtools.on("Network.requestWillBeSent", on_request)
        self.page.on("load", on_load)
        try:
            url = await _arrival(action(), arrived)
        finally:
            self.page.remove_listener("load", on_load)
            devtools.remove_listener("Network.requestWillBeSent", on_request)
        if urlsplit(url).scheme not in _WEB:
            await self._hand_over(url)
            return True
        return urlsplit(url).hostname != self._provider


async def _arrival(action: Awaitable[object], arrived: "asyncio.Future[str]") -> str:
    patience, failure = _PATIENCE_SECONDS, ""
    try:
        await action
    except PlaywrightError as error:
        # A redirect to an app aborts the navigation, and is the arrival that we wait for.
        patience, failure = _ABORTED_SECONDS, f": {error.message.splitlines()[0]}"
    try:
        url = await asyncio.wait_for(arrived, patience)
    except TimeoutError:
        reason = failure or f" within {patience:.0f} s"
        raise SignInFailedError(f"no page arrived{reason}") from None
    if urlsplit(url).scheme == _ERROR_PAGE:
        raise SignInFailedError(f"the browser could not open the next page{failure}")
    return url
