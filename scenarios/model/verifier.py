"""The verifier: who can know it (attacks.md calls it ``knows(v)``; RFC 7636 section 7)."""

from enum import StrEnum

from attacker.vantage import Leg, Vantage
from scenarios.model.door import Answer, opened, shut
from scenarios.postures import Posture
from victim.client import Pkce


class Verifier(StrEnum):
    """What an attacker presents as ``code_verifier`` with a captured code."""

    LEFT_OUT = "no verifier"
    CHALLENGE = "the challenge, if it was seen"
    FROM_STATE = "what the state carries"
    FIXED = "what a copy of the client contains"
    OWN = "that of its own challenge"


def knows(verifier: Verifier, posture: Posture, vantage: Vantage) -> Answer:
    """Whether what the attacker presents is the verifier that the code is bound to."""
    habits = posture.habits
    if verifier is Verifier.OWN and vantage.active:
        return opened("the attacker built the request and chose the challenge itself")
    if posture.pkce is Pkce.NONE:
        return opened("the code is bound to nothing that the attacker does not know")
    if verifier is Verifier.FIXED and habits.verifier_fixed and vantage.unpacks_app:
        return opened("every copy of the client uses the same verifier")
    reads_state = vantage.sees(Leg.AUTHORIZATION_RESPONSE)
    if verifier is Verifier.FROM_STATE and habits.verifier_in_state and reads_state:
        return opened("the verifier travels in state, beside the code")
    return _by_challenge(verifier, posture, vantage)


def _by_challenge(verifier: Verifier, posture: Posture, vantage: Vantage) -> Answer:
    if not vantage.sees(Leg.AUTHORIZATION_REQUEST):
        return shut("the verifier never left the client, and the challenge was unseen")
    if posture.pkce is not Pkce.PLAIN:
        return shut("the challenge was seen, but S256 cannot be turned back")
    if verifier is Verifier.CHALLENGE:
        return opened("the challenge was seen, and with plain it is the verifier")
    return shut("the attacker does not present what it saw")
