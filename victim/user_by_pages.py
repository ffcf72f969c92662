"""The user at a real browser, in front of pages that nobody here has written.

What to do there is found by what they show (:mod:`victim.sign_in`).
"""

from collections.abc import Collection

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from victim.identity_provider import User
from victim.sign_in.addresses import is_at, is_of_web
from victim.sign_in.hints import Hints
from victim.sign_in.real_browser import SignIn, sign_in
from victim.user import OpenUrl, SignInFailedError, UserAtBrowser

_ARRIVAL_MILLISECONDS = 15_000


class UserByPages(UserAtBrowser):
    """Signs in and consents wherever the provider asks, at whichever of its ``hosts``.

    ``own`` is a target's own way to sign in; see :func:`victim.sign_in.real_browser.sign_in`.
    """

    def __init__(
        self,
        page: Page,
        user: User,
        hosts: Collection[str],
        hints: Hints,
        own: SignIn | None,
        hand_over: OpenUrl,
    ) -> None:
        super().__init__(page, user, "", hand_over)
        self._hosts, self._hints, self._own = hosts, hints, own

    async def open(self, url: str) -> None:
        """Open an address, sign in and consent, until the provider lets go.

        Raises :class:`victim.user.SignInFailedError`.
        """
        # Who is signed in already is asked nothing, and a function would look in vain for a form.
        own, self._own = self._own, None
        left = await sign_in(self.page, url, self._user, self._hosts, self._hints, own=own)
        if not is_of_web(left):
            await self._hand_over(left)
            return
        try:
            await self.page.wait_for_url(self._is_elsewhere, timeout=_ARRIVAL_MILLISECONDS)
        except PlaywrightError as error:
            reason = error.message.splitlines()[0]
            raise SignInFailedError(f"the next page did not arrive: {reason}") from None

    async def follow(self, url: str, *, willing: bool = True) -> bool:
        """The same, wherever it ends; whether the provider let go."""
        hosts, hints = self._hosts, self._hints
        try:
            await sign_in(self.page, url, self._user, hosts, hints, willing=willing)
        except SignInFailedError:
            return False
        return True

    def _is_elsewhere(self, url: str) -> bool:
        return is_of_web(url) and not is_at(url, self._hosts)
