"""The challenge: what a server binds a code to, by what it was sent (RFC 7636 section 4.4.1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.rule import in_words
from scenarios.postures import Posture
from victim.client import Pkce


class Asked(StrEnum):
    """What the authorization request says, when it arrives."""

    CLIENTS = "what the client has written"
    OWN = "a challenge of the attacker's own"
    NONE = "neither challenge nor method"
    METHOD_ALONE = "a method, and no challenge"
    EMPTY = "an empty challenge"
    AS_PLAIN = "the client's challenge, with the method plain"
    WITHOUT_METHOD = "the client's challenge, and no method"
    AS_UNKNOWN = "the client's challenge, with a method that there is not"


class Bound(StrEnum):
    """What a code is bound to."""

    NOTHING = "nothing"
    ANY_VERIFIER = "any verifier, but not the lack of one"
    NO_VERIFIER = "a challenge that nothing meets"
    PLAIN = "the client's challenge, by plain"
    S256 = "the client's challenge, by S256"
    OWN = "the attacker's own challenge"


class Binding(NamedTuple):
    """What a code is bound to, or ``None`` where there is no code; and why, in words."""

    bound: Bound | None
    why: str = ""


@dataclass(frozen=True)
class Ask(Door):
    """The authorization request asks for a code with this challenge."""

    asked: Asked

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Whether the server gives a code for it."""
        bound, why = binding(self.asked, posture)
        return opened(why) if bound else shut(why)


def binding(asked: Asked, posture: Posture) -> Binding:
    """What the code of such a request is bound to."""
    if posture.pkce is Pkce.NONE:
        asked = _OF_NO_CHALLENGE.get(asked, asked)
    if asked is Asked.OWN:
        return Binding(Bound.OWN)
    if asked is Asked.CLIENTS:
        return Binding(Bound.PLAIN if posture.pkce is Pkce.PLAIN else Bound.S256)
    refusal, leniencies = _ACCEPTED_BY[asked]
    for weakness, bound in leniencies:
        if posture.has(weakness):
            return Binding(bound, in_words(weakness))
    return Binding(None, refusal)


_OF_NO_CHALLENGE = {
    Asked.CLIENTS: Asked.NONE,
    Asked.AS_PLAIN: Asked.METHOD_ALONE,
    Asked.WITHOUT_METHOD: Asked.NONE,
    Asked.AS_UNKNOWN: Asked.METHOD_ALONE,
}
"""What becomes of a request in which there is no challenge to begin with."""

_WITHOUT_CHALLENGE = "the server gives no code for a request without a challenge"

_ACCEPTED_BY: dict[Asked, tuple[str, tuple[tuple[str, Bound], ...]]] = {
    Asked.NONE: (
        _WITHOUT_CHALLENGE,
        (
            ("pkce_optional", Bound.NOTHING),
            ("verifier_without_challenge_accepted", Bound.ANY_VERIFIER),
            ("pkce_only_at_token_endpoint", Bound.NO_VERIFIER),
        ),
    ),
    Asked.METHOD_ALONE: (
        _WITHOUT_CHALLENGE,
        (("method_without_challenge_accepted", Bound.NOTHING),),
    ),
    Asked.EMPTY: (
        "the server takes an empty challenge for none",
        (("empty_challenge_accepted", Bound.NOTHING),),
    ),
    Asked.AS_PLAIN: (
        "the server does not accept the method plain",
        (("plain_accepted", Bound.PLAIN),),
    ),
    Asked.WITHOUT_METHOD: (
        "the server does not accept the method plain, which is meant without one",
        (("plain_accepted", Bound.PLAIN),),
    ),
    Asked.AS_UNKNOWN: (
        "the server gives no code for a method that it does not know",
        (("unknown_challenge_method_accepted", Bound.PLAIN),),
    ),
}
"""Why a server refuses a request, and the weaknesses by which it gets a code all the same."""
