"""The attacker with an account of its own, where the behaviour of a browser plays no part."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scenarios.stage.http_browser import HttpBrowser, Page
from victim.identity_provider import User
from victim.sign_in.addresses import is_at
from victim.sign_in.forms import Form
from victim.sign_in.next_step import next_step
from victim.user import SignInFailedError
from victim.user_over_http import UserOverHttp


@dataclass(frozen=True)
class AttackerOverHttp:
    """The attacker with an account of its own, in front of a browser without a window."""

    browser: HttpBrowser
    user: UserOverHttp
    account: User
    hosts: Collection[str]

    async def open(self, url: str, headers: dict[str, str] | None = None) -> Page:
        """Go to an address; ``headers`` are sent on top."""
        return await self.browser.open(url, headers)

    def filled_in(self) -> Form:
        """The sign-in form of this page, with the own account in it."""
        step = next_step(
            self.browser.page.document, self.account, lambda url: is_at(url, self.hosts)
        )
        if step is None or step.sent is None:
            raise SignInFailedError(f"no form to sign in with: {self.browser.page.status}")
        return step.sent

    async def bring(self, url: str, cookies: str) -> Page:
        """Go to an address with cookies that are somebody else's."""
        return await self.browser.open(url, {"Cookie": cookies})

    async def post(self, url: str, fields: dict[str, str]) -> Page:
        """Send a form of one's own making."""
        return await self.browser.submit(Form(url, fields), {})

    async def sign_in(self, url: str) -> Any:
        """Sign in with the own account, and stop before the redirect back to the client."""
        self.browser.stops_at = _brings_code
        try:
            return await self.user.follow(url)
        finally:
            self.browser.stops_at = lambda url: False

    async def sign_in_as(self, url: str, username: str, password: str) -> Any:
        """Sign in with this account, all the way."""
        somebody = UserOverHttp(self.browser, _somebody(username, password), self.hosts)
        return await somebody.follow(url)


def _somebody(username: str, password: str) -> User:
    """As much of a person as their password makes of somebody else."""
    return User(subject="", username=username, password=password, name="", email="")


def _brings_code(url: str) -> bool:
    return "code" in parse_qs(urlsplit(url).query)
