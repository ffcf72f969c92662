"""What a scenario must show in a posture, by the doors that its attack meets."""

from typing import NamedTuple

from reports.records import Observation
from scenarios.postures import Posture
from scenarios.registry import Scenario
from victim.client import Pkce


class Expectation(NamedTuple):
    """What must be observed, and why, in words."""

    observed: Observation
    why: str


def expect(scenario: Scenario, posture: Posture) -> Expectation:
    """What a scenario must show in a posture."""
    if scenario.habits and posture.pkce is Pkce.NONE and not posture.weaknesses:
        return Expectation(
            Observation.NOT_APPLICABLE, "without PKCE there is no code_verifier to give away"
        )
    reasons = []
    for door in scenario.attack:
        opens, why = door.answer(posture, scenario.vantage)
        if not opens:
            return Expectation(Observation.ATTACK_BLOCKED, why)
        if why:
            reasons.append(why)
    return Expectation(Observation.ATTACK_SUCCEEDED, ", and ".join(reasons))
