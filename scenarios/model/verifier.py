"""The verifier: who can know it (attacks.md calls it ``knows(v)``; RFC 7636 section 7)."""

from enum import StrEnum
from typing import NamedTuple

from attacker.vantage import Leg, Vantage
from scenarios.postures import Posture
from victim.client import Pkce


class Verifier(StrEnum):
    """What an attacker presents as ``code_verifier`` with a captured code."""

    LEFT_OUT = "no verifier"
    EMPTY = "an empty one"
    MADE_UP = "one that belongs to no challenge"
    OWN = "that of its own challenge"
    CHALLENGE = "the challenge, if it was seen"
    CHALLENGE_AS_PLAIN = "the same, and beside it the method plain"
    FROM_STATE = "what the state carries"
    FIXED = "what a copy of the client contains, or every login shows"
    CLIENTS = "that which the client has made"


class Held(NamedTuple):
    """What it comes down to that an attacker presents, and how it knows it, in words."""

    verifier: Verifier
    why: str = ""


def held(verifier: Verifier, posture: Posture, vantage: Vantage) -> Held:
    """What an attacker has that looks for such a verifier: that of the client, or nothing.

    What it need not know stays as it is.
    """
    match verifier:
        case Verifier.FROM_STATE | Verifier.FIXED:
            why = _given_away(verifier, posture, vantage)
            return Held(Verifier.CLIENTS, why) if why else Held(Verifier.LEFT_OUT)
        case Verifier.CHALLENGE | Verifier.CHALLENGE_AS_PLAIN:
            seen = vantage.sees(Leg.AUTHORIZATION_REQUEST) and posture.pkce is not Pkce.NONE
            return Held(verifier if seen else Verifier.LEFT_OUT)
        case _:
            return Held(verifier)


def why_unknown(posture: Posture, vantage: Vantage) -> str:
    """Why an attacker does not know the client's verifier."""
    if not vantage.sees(Leg.AUTHORIZATION_REQUEST):
        return "the verifier never left the client, and the challenge was unseen"
    if posture.pkce is Pkce.S256:
        return "the challenge was seen, but S256 cannot be turned back"
    return "the attacker does not present what it saw"


def _given_away(verifier: Verifier, posture: Posture, vantage: Vantage) -> str:
    """How the client gives its verifier away; empty if it does not."""
    habits = posture.habits
    if posture.pkce is Pkce.NONE:
        return ""
    if verifier is Verifier.FROM_STATE:
        sealed = habits.encrypted_state or habits.flow_in_unbound_state
        carried = (
            habits.verifier_in_state
            or habits.verifier_in_signed_state
            or habits.verifier_in_raw_state
        )
        read = vantage.sees(Leg.AUTHORIZATION_RESPONSE) and carried and not sealed
        return "the verifier travels in state, beside the code" if read else ""
    if habits.verifier_fixed and vantage.unpacks_app:
        return "every copy of the client uses the same verifier"
    one_for_all = habits.verifier_fixed or (
        habits.verifier_reused and not habits.verifier_guessable
    )
    shown = posture.pkce is Pkce.PLAIN and one_for_all
    return "one login shows the verifier of every other" if shown else ""
