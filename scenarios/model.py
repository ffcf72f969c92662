"""The model: what must be observed, derived from what the attacker can know.

A code is redeemed by whoever presents everything that it is bound to. So the question in each cell
is which of these values the attacker can know: from the leg it reads, from the client's habits, or
because it chose them itself. RFC 6749 sections 4.1.3 and 10.5, RFC 7636 section 4.6, RFC 9700
section 4.5. Every run checks the model against reality.
"""

from typing import NamedTuple

from attacker.vantage import Leg, Vantage
from reports.records import Observation
from scenarios.postures import Posture
from scenarios.registry import Goal, Scenario
from victim.client import Pkce, VerifierSource


class Expectation(NamedTuple):
    """What must be observed, and why, in words."""

    observed: Observation
    why: str


class Knowledge(NamedTuple):
    """Whether the attacker knows the verifier, and why."""

    known: bool
    why: str


def expect(scenario: Scenario, posture: Posture) -> Expectation:
    """What a scenario must show in a posture."""
    if scenario.verifier is not VerifierSource.FRESH and posture.pkce is Pkce.NONE:
        return Expectation(
            Observation.NOT_APPLICABLE, "without PKCE there is no code_verifier to give away"
        )
    if scenario.goal is Goal.REDEEM:
        return _redeem(scenario, posture)
    return _inject(scenario, posture)


def knows_verifier(vantage: Vantage, posture: Posture, source: VerifierSource) -> Knowledge:
    """Whether somebody at this vantage can know the ``code_verifier`` of the flow."""
    if vantage.active:
        return Knowledge(True, "the attacker built the request and chose the challenge itself")
    if source is VerifierSource.FIXED and vantage.unpacks_app:
        return Knowledge(True, "every copy of the client uses the same verifier")
    if source is VerifierSource.IN_STATE and vantage.sees(Leg.AUTHORIZATION_RESPONSE):
        return Knowledge(True, "the verifier travels in state, beside the code")
    if not vantage.sees(Leg.AUTHORIZATION_REQUEST):
        return Knowledge(False, "the verifier never left the client, and the challenge was unseen")
    if posture.pkce is Pkce.PLAIN:
        return Knowledge(True, "the challenge was seen, and with plain it is the verifier")
    return Knowledge(False, "the challenge was seen, but S256 cannot be turned back")


def _redeem(scenario: Scenario, posture: Posture) -> Expectation:
    if posture.confidential:
        # The secret is asked for first, whatever the attacker knows about PKCE.
        verifier = knows_verifier(scenario.vantage, posture, scenario.verifier)
        also = f"; PKCE would not have helped: {verifier.why}" if verifier.known else ""
        return _blocked(f"the token endpoint demands the client's secret{also}")
    if posture.pkce is Pkce.NONE:
        return _succeeds("the code is bound to nothing that the attacker does not know")
    verifier = knows_verifier(scenario.vantage, posture, scenario.verifier)
    return _succeeds(verifier.why) if verifier.known else _blocked(verifier.why)


def _inject(scenario: Scenario, posture: Posture) -> Expectation:
    secret = ", in spite of its secret" if posture.confidential else ""
    if posture.pkce is Pkce.NONE:
        return _succeeds(f"the client redeems any code that it is handed{secret}")
    with_state = scenario.goal is Goal.INJECT_CODE_AND_STATE
    if with_state and scenario.verifier is VerifierSource.IN_STATE:
        return _succeeds(f"the client takes the verifier from the injected state{secret}")
    if scenario.verifier is VerifierSource.FIXED:
        return _succeeds(f"the verifier of the attacker's own login is the victim's too{secret}")
    return _blocked(
        "the client sends the verifier of the attacker's own login, "
        "which does not match the challenge of the victim's code"
    )


def _succeeds(why: str) -> Expectation:
    return Expectation(Observation.ATTACK_SUCCEEDED, why)


def _blocked(why: str) -> Expectation:
    return Expectation(Observation.ATTACK_BLOCKED, why)
