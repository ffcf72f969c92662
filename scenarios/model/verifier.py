"""The verifier: who can know it (attacks.md calls it ``knows(v)``; RFC 7636 section 7)."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from attacker.vantage import Leg, Vantage
from scenarios.model.giveaway import (
    computed_by_every_copy,
    in_cookie,
    in_every_copy,
    in_state,
    shown_by_every_login,
)
from scenarios.postures import Posture
from victim.client import Pkce

type Way = Callable[[Posture, Vantage], str]


class Verifier(StrEnum):
    """What an attacker presents as ``code_verifier`` with a captured code."""

    LEFT_OUT = "no verifier"
    EMPTY = "an empty one"
    MADE_UP = "one that belongs to no challenge"
    OWN = "that of its own challenge"
    CHALLENGE = "the challenge, if it was seen"
    CHALLENGE_AS_PLAIN = "the same, and beside it the method plain"
    FROM_STATE = "what the state carries"
    FROM_COOKIE = "what a cookie of the redirect carries"
    FIXED = "what a copy of the client contains, or every login shows"
    COMPUTED = "what a copy of the client computes"
    CLIENTS = "that which the client has made"


_GIVEN_AWAY: dict[Verifier, tuple[Way, ...]] = {
    Verifier.FROM_STATE: (in_state,),
    Verifier.FROM_COOKIE: (in_cookie,),
    Verifier.FIXED: (in_every_copy, shown_by_every_login),
    Verifier.COMPUTED: (in_every_copy, computed_by_every_copy),
}


class Held(NamedTuple):
    """What it comes down to that an attacker presents, and how it knows it, in words."""

    verifier: Verifier
    why: str = ""


def held(verifier: Verifier, posture: Posture, vantage: Vantage) -> Held:
    """What an attacker has that looks for such a verifier: that of the client, or nothing.

    What it need not know stays as it is.
    """
    if ways := _GIVEN_AWAY.get(verifier):
        why = next(filter(None, (way(posture, vantage) for way in ways)), "")
        known = why and posture.pkce is not Pkce.NONE
        return Held(Verifier.CLIENTS, why) if known else Held(Verifier.LEFT_OUT)
    if verifier in {Verifier.CHALLENGE, Verifier.CHALLENGE_AS_PLAIN}:
        seen = request_is_seen(posture, vantage) and posture.pkce is not Pkce.NONE
        return Held(verifier if seen else Verifier.LEFT_OUT)
    if verifier is Verifier.CLIENTS and posture.habits.pkce_unused:
        return Held(Verifier.LEFT_OUT)
    return Held(verifier)


def why_unknown(posture: Posture, vantage: Vantage) -> str:
    """Why an attacker does not know the client's verifier."""
    if not request_is_seen(posture, vantage):
        return "the verifier never left the client, and the challenge was unseen"
    if posture.pkce is Pkce.S256:
        return "the challenge was seen, but S256 cannot be turned back"
    return "the attacker does not present what it saw"


def request_is_seen(posture: Posture, vantage: Vantage) -> bool:
    """Whether the attacker reads the authorization request, or is told of it by the next page."""
    told = vantage.sees(Leg.REFERRER) and posture.has("referrer_leaked")
    return told or vantage.sees(Leg.AUTHORIZATION_REQUEST)
