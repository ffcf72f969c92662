"""The user, where the browser plays no part: the same person, answering the same forms."""

from collections.abc import Collection
from typing import Any, Protocol

from victim.identity_provider import User
from victim.user import SignInFailedError

_MOST_FORMS = 4


class FormBrowser(Protocol):
    """What the user sits in front of: opens addresses, shows pages, sends forms."""

    async def open(self, url: str) -> Any:
        """Go to an address; gives the page where that ends."""
        ...

    async def submit(self, form: Any, answers: dict[str, str]) -> Any:
        """Send a form; gives the page where that ends."""
        ...


class UserOverHttp:
    """Signs in and consents wherever the provider asks, at whichever of its hosts."""

    def __init__(self, browser: FormBrowser, user: User, provider: Collection[str]) -> None:
        self.browser = browser
        self._user = user
        self._provider = provider

    async def open(self, url: str) -> None:
        """Open an address, sign in and consent, until the provider lets go.

        Raises :class:`victim.user.SignInFailedError`.
        """
        page = await self.follow(url)
        if page.host in self._provider:
            raise SignInFailedError(f"the provider kept the user: {page.status}")

    async def follow(self, url: str, *, willing: bool = True) -> Any:
        """The same, wherever it ends: a provider that refuses keeps the user on its page.

        ``willing`` says whether the user allows an app what it asks for.
        """
        page = await self.browser.open(url)
        for _ in range(_MOST_FORMS):
            if page.host not in self._provider or not page.forms:
                break
            page = await self.browser.submit(page.forms[0], self._answers(page.forms[0], willing))
        return page

    def _answers(self, form: Any, willing: bool) -> dict[str, str]:
        if "password" in form.fields:
            return {"username": self._user.username, "password": self._user.password}
        if form.choices:
            return {"decision": "allow" if willing else "deny"}
        return {}
