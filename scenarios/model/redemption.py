"""The token endpoint: what stops an attacker who redeems a code itself (RFC 6749 section 4.1.3)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.challenge import Asked, Bound, binding
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.rule import in_words
from scenarios.model.verifier import Held, Verifier, held, why_unknown
from scenarios.postures import Posture


@dataclass(frozen=True)
class Redeem(Door):
    """The attacker presents a code in the client's name, without its secret.

    But for ``with_secret``: then it presents the one that its copy of the client's app holds.
    ``asked`` is what the authorization request said of a challenge. An attacker who has built it
    and presents its own verifier had put its own challenge there.
    """

    verifier: Verifier = Verifier.LEFT_OUT
    asked: Asked = Asked.CLIENTS
    with_secret: bool = False

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The secret is asked for first, whatever the attacker knows about PKCE."""
        accepted = self._accepted(posture, vantage)
        if not posture.confidential or posture.policy.secret_optional:
            return accepted
        if self.with_secret and accepted.opens and posture.habits.secret_in_app:
            return opened(f"{accepted.why}, and {in_words('secret_in_app')}")
        also = f"; PKCE would not have helped: {accepted.why}" if accepted.opens else ""
        return shut(f"the token endpoint demands the client's secret{also}")

    def _accepted(self, posture: Posture, vantage: Vantage) -> Answer:
        """Whether the verifier is that of the code, or gets past a server that is lax."""
        bound = self._bound(posture, vantage)
        has = held(self.verifier, posture, vantage)
        if has.verifier in _FITTING[bound]:
            return opened(has.why or _WHY_FITTING[bound])
        lax = _LAX_ABOUT_UNASKED if bound is Bound.NOTHING else _LAX[has.verifier]
        if weakness := next(filter(posture.has, lax), None):
            return opened(in_words(weakness))
        return shut(_why_not(has, bound) or why_unknown(posture, vantage))

    def _bound(self, posture: Posture, vantage: Vantage) -> Bound:
        chose = self.verifier is Verifier.OWN and vantage.active
        asked = Asked.OWN if chose and self.asked is Asked.CLIENTS else self.asked
        # Without a code there is nothing to redeem, and that door was shut before.
        return binding(asked, posture).bound or Bound.NO_VERIFIER


_FITTING = {
    Bound.NOTHING: {Verifier.LEFT_OUT, Verifier.EMPTY},
    Bound.ANY_VERIFIER: set(Verifier) - {Verifier.LEFT_OUT, Verifier.EMPTY},
    Bound.NO_VERIFIER: set[Verifier](),
    Bound.PLAIN: {Verifier.CLIENTS, Verifier.CHALLENGE, Verifier.CHALLENGE_AS_PLAIN},
    Bound.S256: {Verifier.CLIENTS},
    Bound.OWN: {Verifier.OWN},
}
_WHY_FITTING = {
    Bound.NOTHING: "the code is bound to nothing that the attacker does not know",
    Bound.ANY_VERIFIER: "the code has no challenge that its verifier could fail to match",
    Bound.PLAIN: "the challenge was seen, and with plain it is the verifier",
    Bound.S256: "the attacker has read the verifier",
    Bound.OWN: "the attacker chose the challenge of the request itself",
}

_LAX = {
    Verifier.LEFT_OUT: ("verifier_optional_at_token",),
    Verifier.EMPTY: ("empty_verifier_accepted",),
    Verifier.MADE_UP: ("verifier_not_compared",),
    Verifier.OWN: ("verifier_of_another_session_accepted", "verifier_not_compared"),
    Verifier.CHALLENGE: ("challenge_accepted_as_verifier", "verifier_not_compared"),
    Verifier.CHALLENGE_AS_PLAIN: (
        "challenge_method_dropped",
        "challenge_accepted_as_verifier",
        "verifier_not_compared",
    ),
    Verifier.CLIENTS: ("verifier_not_compared",),
}
"""The weaknesses by which a server accepts what is not the verifier of the code."""

_LAX_ABOUT_UNASKED = ("verifier_without_challenge_accepted",)

_WRONG = {
    Verifier.EMPTY: "the server takes an empty verifier for none",
    Verifier.MADE_UP: "a verifier that is made up does not match the challenge",
    Verifier.OWN: "the verifier of one login does not match the challenge of another",
}


def _why_not(has: Held, bound: Bound) -> str:
    """Why the server refuses that; empty where it is for want of the client's verifier."""
    if bound is Bound.NOTHING:
        return "the server takes no verifier for a code that has no challenge"
    if bound is Bound.NO_VERIFIER:
        return "the token endpoint redeems no code that has no challenge"
    if bound is Bound.ANY_VERIFIER:
        return "the server asks for a verifier, although any would do"
    return _WRONG.get(has.verifier, "")
