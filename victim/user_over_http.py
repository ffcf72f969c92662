"""The user, where the browser plays no part: the same person, answering the same forms."""

from collections.abc import Collection
from typing import Any, Protocol

from victim.sign_in.addresses import is_at
from victim.sign_in.complaint import complaint, refuses_password
from victim.sign_in.next_step import Account, Kind, Step, next_step
from victim.user import PasswordRefusedError, SignInFailedError

_MOST_STEPS = 12
_ONCE = frozenset({Kind.USER_NAME, Kind.PASSWORD})
_REFUSED = 400


class FormBrowser(Protocol):
    """What the user sits in front of: opens addresses, shows pages, sends forms."""

    async def open(self, url: str) -> Any:
        """Go to an address; gives the page where that ends."""
        ...

    async def submit(self, form: Any, answers: dict[str, str]) -> Any:
        """Send a form; gives the page where that ends."""
        ...

    async def sent_to(self, url: str) -> Any:
        """Go where a page has sent it; gives the page where that ends."""
        ...


class ScriptedPages(Protocol):
    """Whoever goes on where a page needs a script."""

    async def __call__(self, url: str, *, willing: bool) -> str:
        """Where the page at an address leaves for; empty if it stays."""
        ...


class UserOverHttp:
    """Signs in and consents wherever the provider asks, at whichever of its hosts.

    ``provider`` names them as an address has them: with the port unless that is the usual one.
    Pages that only a script can make go to ``scripted``, if there is one.
    """

    def __init__(
        self,
        browser: FormBrowser,
        user: Account,
        provider: Collection[str],
        scripted: ScriptedPages | None = None,
    ) -> None:
        self.browser = browser
        self._user = user
        self._provider = provider
        self._scripted = scripted

    async def open(self, url: str) -> None:
        """Open an address, sign in and consent, until the provider lets go.

        Raises :class:`victim.user.SignInFailedError`, and of its kinds
        :class:`victim.user.PasswordRefusedError` where the provider says so.
        """
        page, done = await self._walk(url, willing=True)
        if self._at_provider(page.url):
            refused = Kind.PASSWORD in done and refuses_password(page.document)
            why = complaint(page.document, self._user.password)
            kind = PasswordRefusedError if refused else SignInFailedError
            raise kind(f"the provider kept the user: {page.status}, {why}")

    async def follow(self, url: str, *, willing: bool = True) -> Any:
        """The same, wherever it ends: a provider that refuses keeps the user on its page.

        ``willing`` says whether the user allows an app what it asks for.
        """
        page, _ = await self._walk(url, willing=willing)
        return page

    async def _walk(self, url: str, *, willing: bool) -> tuple[Any, set[Kind]]:
        page = await self.browser.open(url)
        done: set[Kind] = set()
        for _ in range(_MOST_STEPS):
            step = self._step(page, done, willing)
            # Where a real browser was needed to sign in, no password goes out without one.
            if step is None or (self._scripted is not None and step.kind in _ONCE):
                return await self._by_script(page, willing), done
            done.add(step.kind)
            form = step.sent
            page = await (self.browser.submit(form, {}) if form else self.browser.open(step.url))
        return page, done

    async def _by_script(self, page: Any, willing: bool) -> Any:
        """Where a page leads that nobody can do anything at without a script, if one makes it."""
        made = page.status < _REFUSED and "<script" in page.text.lower()
        if self._scripted is None or not made or not self._at_provider(page.url):
            return page
        left = await self._scripted(page.url, willing=willing)
        return await self.browser.sent_to(left) if left else page

    def _step(self, page: Any, done: set[Kind], willing: bool) -> Step | None:
        """What the user does next, who types nothing twice and knows an error from a question."""
        if not self._at_provider(page.url):
            return None
        step = next_step(page.document, self._user, self._at_provider, willing=willing)
        if step is None or (step.kind in _ONCE and step.kind in done):
            return None
        return None if step.kind is Kind.GO_ON and page.status >= _REFUSED else step

    def _at_provider(self, url: str) -> bool:
        return is_at(url, self._provider)
