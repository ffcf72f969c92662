"""The plan of the kill matrix: every scenario against hardened postures, and against each weakness.

Where a scenario needs a browser with a window, a cell takes a second and not a twentieth of one.
There it is played hardened, under every weakness that the model says it sees, and under some others
that are drawn by lot.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from reports.records import Observation
from scenarios.channels import ACCESS_LOG, Channel
from scenarios.model.expectation import expect
from scenarios.planning import Plan, plan_cells
from scenarios.postures import Posture, hardened
from scenarios.registry import Scenario
from scenarios.target import Key
from scenarios.weaknesses import catalogue, weakened

PAIRS = 24
"""How many pairs of weaknesses are drawn unless somebody asks for more or fewer."""

type Chosen = tuple[Scenario, Key]


@dataclass(frozen=True)
class Extent:
    """How much of the matrix to play.

    ``pairs`` is how many pairs of weaknesses are drawn, ``others`` how many more weaknesses each
    scenario with a browser meets; ``seed`` settles which.
    """

    weaknesses: Sequence[str]
    pairs: int = 0
    others: int = 2
    seed: int = 0


def matrix_plan(scenarios: Iterable[Scenario], extent: Extent) -> Plan:
    """The cells of the matrix, posture by posture."""
    played = list(scenarios)
    chosen = [cell for scenario in played for cell in _cells(scenario, extent)]
    chosen += _pairs(played, extent)
    # Cells of one posture share the honest logins around them, so they stand together.
    return plan_cells(sorted(chosen, key=lambda cell: cell[1].posture.id))


def channel_of(scenario: Scenario) -> Channel:
    """Over HTTP where that will do, else over the channel that the scenario names first."""
    return ACCESS_LOG if ACCESS_LOG in scenario.channels else scenario.channels[0]


def base_of(scenario: Scenario) -> Posture:
    """What the scenario meets where nothing is weak."""
    return hardened(scenario.client_type).named(*scenario.uses)


def _cells(scenario: Scenario, extent: Extent) -> Iterator[Chosen]:
    channel, base = channel_of(scenario), base_of(scenario)
    yield scenario, Key(channel, base)
    if not scenario.uses and channel is ACCESS_LOG:
        yield scenario, Key(channel, _with_encrypted_state(base))
    postures = {name: _weakened([name], scenario) for name in extent.weaknesses}
    if channel is not ACCESS_LOG:
        postures = _some(postures, scenario, extent)
    for posture in postures.values():
        yield scenario, Key(channel, posture)


def _some(postures: dict[str, Posture], scenario: Scenario, extent: Extent) -> dict[str, Posture]:
    """Those that open a door to the scenario, and a few of the others.

    A limit of the protocol has no shut door, so all of them would be the first kind.
    """
    opened = {
        name: each for name, each in postures.items() if not scenario.limit and sees(scenario, each)
    }
    rest = sorted(postures.keys() - opened.keys())
    lot = random.Random(f"{extent.seed} {scenario.id}")  # noqa: S311 - a lot, no secret
    drawn = lot.sample(rest, min(extent.others, len(rest)))
    return opened | {name: postures[name] for name in drawn}


def _pairs(scenarios: Sequence[Scenario], extent: Extent) -> Iterator[Chosen]:
    """Two weaknesses at once, before the scenarios that see one of them alone."""
    lot = random.Random(extent.seed)  # noqa: S311 - a lot, no secret
    every = list(combinations(sorted(extent.weaknesses), 2))
    for pair in lot.sample(every, min(extent.pairs, len(every))):
        for scenario in scenarios:
            alone = [_weakened([name], scenario) for name in pair]
            if channel_of(scenario) is ACCESS_LOG and any(sees(scenario, each) for each in alone):
                yield scenario, Key(ACCESS_LOG, _weakened(pair, scenario))


def sees(scenario: Scenario, posture: Posture) -> bool:
    """Whether the model says that the posture lets the scenario through."""
    return expect(scenario, posture).observed is Observation.ATTACK_SUCCEEDED


def weaknesses_seen(scenario: Scenario) -> list[str]:
    """The weaknesses that let the scenario through, by the model, and not what they need already.

    None for a limit of the protocol, which succeeds whatever is weak.
    """
    if scenario.limit:
        return []
    seen = {name for name in catalogue() if sees(scenario, _weakened([name], scenario))}
    return [name for name in catalogue() if name in seen and not seen & {*catalogue()[name].needs}]


def _weakened(names: Iterable[str], scenario: Scenario) -> Posture:
    return weakened(names, scenario.client_type).named(*scenario.uses)


def _with_encrypted_state(base: Posture) -> Posture:
    """A client that is unusual and sound: what looks like a weakness and is none."""
    return base.named("encrypted_state")
