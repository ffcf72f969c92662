"""Where a thief may get the verifier of a captured code from (RFC 7636 section 7).

Each way gives a verifier, or ``None`` where it leads nowhere: then the thief has to do without.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable

from attacker.dissection import texts_in
from attacker.hunt import Finding, Method, challenge_of, hunt, is_verifier
from attacker.loot import LootBag, LootItem, Sighting
from attacker.pkce import Pair, new_pair, pair_of
from attacker.vantage import Leg

VICTIMS_LEGS = (Leg.AUTHORIZATION_RESPONSE, Leg.AUTHORIZATION_REQUEST)

type Login = Callable[[], Awaitable[Sighting]]
type Unpack = Callable[[], Awaitable[tuple[str, dict[str, bytes]]]]

_NEWEST = 20
"""Seconds back from now in which a login that was just seen must have begun."""

_POSSIBLE_COOKIE = re.compile(r"=([A-Za-z0-9._~-]{43,128})(?=;|$)")


class Verifiers:
    """The verifiers within reach of one thief.

    ``own_login`` is the login by which it knows the client, ``another_login`` begins one more, and
    ``unpack`` gives the files of its copy of the client, none if it has no copy, behind the id of
    the exchange that brought it.
    """

    def __init__(
        self, loot: LootBag, own_login: Login, another_login: Login, unpack: Unpack
    ) -> None:
        self._loot = loot
        self._own_login = own_login
        self._another_login = another_login
        self._unpack = unpack
        self._pair: Pair | None = None
        self._chosen_at = ""

    def new_challenge(self, login: Sighting) -> str:
        """A challenge of the thief's own, of the kind that a login of its own has shown.

        :meth:`own` is the verifier behind the newest.
        """
        self._pair, self._chosen_at = new_pair(method_of(login)), login.seen_in
        return self._pair.challenge

    async def choose(self, verifier: str | None = None) -> str:
        """The S256 challenge of a verifier that the thief chooses, a good one unless it is given.

        Whatever the client does: an attacker who writes a request uses PKCE as it likes.
        """
        own = await self._own_login()
        self._pair = pair_of(verifier) if verifier else new_pair(Method.S256)
        self._chosen_at = own.seen_in
        return self._pair.challenge

    async def made_up(self) -> LootItem:
        """A verifier of the right length and alphabet that belongs to no challenge at all."""
        own = await self._own_login()
        return self._keep(secrets.token_urlsafe(32), Leg.OWN, own.seen_in, "made up")

    def own(self) -> LootItem | None:
        """The verifier behind the challenge that the thief chose itself, if it chose one."""
        if self._pair is None:
            return None
        return self._keep(self._pair.verifier, Leg.OWN, self._chosen_at, "chosen by itself")

    def best_guess(self) -> LootItem | None:
        """The challenge behind the captured code, if it was seen: for ``plain``, the verifier."""
        request = self._request_behind_code()
        if request is None or "code_challenge" not in request.parameters:
            return None
        where = f"guessed: the challenge, read in {request.where}"
        challenge = request.parameters["code_challenge"]
        return self._keep(challenge, request.leg, request.seen_in, where)

    async def from_state(self) -> LootItem | None:
        """The verifier that the victim's redirect carries in ``state``.

        The thief proves on a login of its own where the verifier sits, then reads the same place
        in the victim's ``state``.
        """
        own = await self._own_login()
        finding = await _prove(own, {own.where: own.parameters.get("state", "")})
        theirs = self._loot.find("state", *VICTIMS_LEGS)
        verifier = finding.recipe.apply(theirs.value) if finding and theirs else None
        if verifier is None or finding is None or theirs is None:
            return None
        where = f"state of the victim's redirect > {finding.recipe}"
        return self._keep(verifier, theirs.leg, theirs.seen_in, where)

    async def from_cookies(self) -> LootItem | None:
        """The verifier that the victim's browser carried in the cookies of the redirect.

        Where a response alone was seen, nothing proves a candidate: the thief takes the first
        cookie that could be one (RFC 7636 section 4.1).
        """
        cookies = self._loot.find("cookie", Leg.REDIRECT_COOKIES)
        if cookies is None:
            return None
        if request := self._request_behind_code():
            finding = await _prove(request, {cookies.where: cookies.value})
            found, where = (finding.verifier, str(finding.recipe)) if finding else ("", "")
        else:
            guess = _POSSIBLE_COOKIE.search(cookies.value)
            found, where = (guess[1] if guess else ""), "guessed: the first that could be one"
        if not found:
            return None
        return self._keep(found, cookies.leg, cookies.seen_in, f"{cookies.where} > {where}")

    async def fixed(self) -> LootItem | None:
        """The one verifier that every copy of the client uses.

        It shows itself on an own login with ``plain``; with ``S256`` in the code of the client,
        for a thief whose vantage holds a copy. Either way two logins of the thief's own prove it:
        the challenge does not change.
        """
        own, again = await self._own_login(), await self._another_login()
        if own.parameters.get("code_challenge") != again.parameters.get("code_challenge"):
            return None
        seen_in, texts = again.seen_in, {again.where: again.text}
        if method_of(own) != Method.PLAIN:
            seen_in, files = await self._unpack()
            texts = {name: content.decode("latin-1") for name, content in files.items()}
        finding = await _prove(own, texts)
        if finding is None:
            return None
        where = f"{finding.source} > {finding.recipe}"
        return self._keep(finding.verifier, Leg.OWN, seen_in, where)

    async def computed(self) -> LootItem | None:
        """The verifier that its copy of the client makes for the challenge behind the code.

        For a thief that saw the victim's request: it tells which of the verifiers is the right one
        (RFC 7636 section 7.1).
        """
        request = self._request_behind_code()
        if request is None:
            return None
        seen_in, files = await self._unpack()
        challenge, method = request.parameters.get("code_challenge"), method_of(request)
        for where, text in texts_in(files):
            if is_verifier(text) and challenge_of(text, method) == challenge:
                return self._keep(text, Leg.OWN, seen_in, f"computed: {where}")
        return None

    async def made_by_app(self) -> list[LootItem]:
        """What its copy of the client holds or makes, for a client that uses PKCE.

        Of a list that goes by the seconds of the clock it takes the newest, the oldest of them
        first. For a thief that saw no request, nothing tells which of them is the right one.
        """
        own = await self._own_login()
        if "code_challenge" not in own.parameters:
            return []
        seen_in, files = await self._unpack()
        listed = [*dict.fromkeys(text for _, text in texts_in(files) if is_verifier(text))]
        if len(listed) > _NEWEST:
            second = int(time.time())
            listed = [listed[(second - age) % len(listed)] for age in range(_NEWEST, -1, -1)]
        return [self._keep(each, Leg.OWN, seen_in, "a guess") for each in listed]

    def _request_behind_code(self) -> Sighting | None:
        """The newest request that was seen, with the ``state`` that came back beside the code."""
        state = self._loot.find("state", Leg.AUTHORIZATION_RESPONSE)
        for sighting in reversed(self._loot.sightings):
            if sighting.leg in {Leg.AUTHORIZATION_REQUEST, Leg.REFERRER} and (
                state is None or sighting.parameters.get("state") == state.value
            ):
                return sighting
        return None

    def _keep(self, value: str, leg: Leg, seen_in: str, where: str) -> LootItem:
        return self._loot.add(LootItem("code_verifier", value, leg, seen_in, where))


async def _prove(login: Sighting, texts: dict[str, str]) -> Finding | None:
    """The verifier of this login's challenge, found in one of the texts."""
    if "code_challenge" not in login.parameters:
        return None
    # The search hashes a lot; the proxy and the browsers share this event loop.
    challenge = login.parameters["code_challenge"]
    return await asyncio.to_thread(hunt, texts, challenge, method_of(login))


def method_of(login: Sighting) -> str:
    """The ``code_challenge_method`` of a login (RFC 7636 section 4.3: left out, it is plain)."""
    return login.parameters.get("code_challenge_method", Method.PLAIN)
