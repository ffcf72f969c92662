"""Every attack that the model can be asked about, by every attacker that reads a response."""

from dataclasses import replace
from itertools import product

from attacker.vantage import OWN_REQUEST, REQUEST_AND_RESPONSE, RESPONSE, RESPONSE_AND_APP
from reports.records import Observation
from scenarios.model import Door
from scenarios.model.injection import Inject
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.postures import POSTURES, Posture
from scenarios.registry import Scenario, all_scenarios

VANTAGES = (RESPONSE, REQUEST_AND_RESPONSE, RESPONSE_AND_APP, OWN_REQUEST)
REDEMPTIONS: list[Door] = [Redeem(verifier) for verifier in Verifier]
INJECTIONS: list[Door] = [Inject(), Inject(with_state=True)]
HABITS = ((), ("verifier_in_state",), ("verifier_fixed",))
ANY_POSTURE = [posture.having(*habits) for posture in POSTURES for habits in HABITS]


def attacks(*doors: Door) -> list[Scenario]:
    """An attack for each of these doors, from each vantage."""
    base = next(iter(all_scenarios().values()))
    return [
        replace(base, vantage=vantage, attack=(door,)) for vantage, door in product(VANTAGES, doors)
    ]


def strength(observed: Observation) -> int:
    return {Observation.ATTACK_BLOCKED: 0, Observation.ATTACK_SUCCEEDED: 1}.get(observed, -1)


def name(posture: Posture) -> str:
    return ".".join((posture.id, *posture.carries))
