"""Each attack has a weak twin and a hardened one, and without its evidence neither claims anything.

Whatever the registry has is played over HTTP, as the matrix plays it: once where nothing is weak,
and once under the first weakness that lets it through by the model. All tests read that one run,
each with other records missing from its log.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec
import pytest

from reports.judgement.judge import judge
from reports.judgement.verdicts import Verdict
from reports.records import Loot, Observation, PlayStarted, Record, Refusal
from reports.runlog import StoredRun
from scenarios.channels import ACCESS_LOG
from scenarios.matrix import base_of, channel_of, weaknesses_seen
from scenarios.planning import plan_cells
from scenarios.postures import Posture
from scenarios.registry import Scenario, all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.conftest import Played, play

pytestmark = pytest.mark.stage

WON, BLOCKED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN = Observation.INCONCLUSIVE
HARDENED, WEAK = "hardened", "weak"

SCENARIOS = [each for each in all_scenarios().values() if channel_of(each) is ACCESS_LOG]
TWINS = [(each, HARDENED) for each in SCENARIOS]
# A limit of the protocol needs no weakness.
TWINS += [(each, WEAK) for each in SCENARIOS if not each.limit]

of_every_twin = pytest.mark.parametrize(
    ("scenario", "kind"), TWINS, ids=[f"{scenario.id}-{kind}" for scenario, kind in TWINS]
)


@dataclass(frozen=True)
class Twin:
    """One cell, and the log as it would be had nothing else been played than it and its logins."""

    log: StoredRun

    @cached_property
    def verdict(self) -> Verdict:
        return self.without(lambda record: False)

    @cached_property
    def positions(self) -> dict[str, str]:
        """Of each play, whether it is an honest login before or after the attack."""
        return {start.play: start.position for start in self.log.of(PlayStarted)}

    def without(self, is_gone: Callable[[Record], bool]) -> Verdict:
        """How the cell is judged when these records are missing."""
        kept = tuple(record for record in self.log.records if not is_gone(record))
        (verdict,) = judge(replace(self.log, records=kept)).verdicts
        return verdict


type Twins = Mapping[tuple[str, str], Twin]


@pytest.fixture(scope="module")
def twins(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    postures = {(scenario.id, kind): _posture(scenario, kind) for scenario, kind in TWINS}
    plan = plan_cells(
        (scenario, Key(ACCESS_LOG, postures[scenario.id, kind])) for scenario, kind in TWINS
    )
    played = play(tmp_path_factory.mktemp("twins"), plan, StageOptions(browser, port=0))
    assert played.error is None
    cells = {(cell.scenario, cell.posture): cell.id for cell in plan.cells}
    alone = dict(_each_alone(played))
    return {
        (scenario, kind): alone[cells[scenario, posture.id]]
        for (scenario, kind), posture in postures.items()
    }


def _posture(scenario: Scenario, kind: str) -> Posture:
    if kind == HARDENED:
        return base_of(scenario)
    weakness = min(weaknesses_seen(scenario))
    return weakened([weakness], scenario.client_type).named(*scenario.uses)


def _each_alone(played: Played) -> Iterator[tuple[str, Twin]]:
    """Every cell by its id."""
    stored, by_play = played.stored, played.stored.by_play()
    starts = list(stored.of(PlayStarted))
    for attack in (start for start in starts if start.cell):
        plan = tuple(cell for cell in stored.started.plan if cell.id == attack.cell)
        started = msgspec.structs.replace(stored.started, plan=plan)
        logins = [start for start in starts if start.group == attack.group and not start.cell]
        told = [record for start in (attack, *logins) for record in by_play[start.play]]
        records = (started, *told, *played.stored.records[-1:])
        yield attack.cell, Twin(replace(stored, started=started, records=records))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_where_nothing_is_weak_the_attack_is_blocked_or_a_declared_limit(
    twins: Twins, scenario: Scenario
) -> None:
    found = twins[scenario.id, HARDENED].verdict

    assert found.observed is (WON if scenario.limit else BLOCKED), found.reason


@pytest.mark.parametrize(
    "scenario", [each for each in SCENARIOS if not each.limit], ids=lambda scenario: scenario.id
)
def test_under_a_weakness_of_its_own_the_attack_succeeds(twins: Twins, scenario: Scenario) -> None:
    found = twins[scenario.id, WEAK].verdict

    assert found.observed is WON, found.reason


@pytest.mark.parametrize("position", ["before", "after"])
@of_every_twin
def test_without_an_honest_login_nothing_is_claimed(
    twins: Twins, scenario: Scenario, kind: str, position: str
) -> None:
    twin = twins[scenario.id, kind]
    assert position in twin.positions.values()

    found = twin.without(lambda record: twin.positions.get(getattr(record, "play", "")) == position)

    assert found.observed is OPEN, found.reason


@of_every_twin
def test_without_the_loot_nothing_is_claimed(twins: Twins, scenario: Scenario, kind: str) -> None:
    found = twins[scenario.id, kind].without(lambda record: isinstance(record, Loot))

    if kind == HARDENED and scenario.refusals == (Refusal.FORGOTTEN,):
        assert found.observed is BLOCKED, "the proof is that the browser brought nothing along"
    else:
        assert found.observed is OPEN, found.reason


@of_every_twin
def test_no_piece_of_the_evidence_can_be_spared(
    twins: Twins, scenario: Scenario, kind: str
) -> None:
    twin = twins[scenario.id, kind]
    claim = twin.verdict
    assert claim.evidence

    for place in range(len(claim.evidence)):
        gone: set[str] = set()
        left = claim
        while left.observed is claim.observed:
            before = left
            gone.add((left.evidence[place:] or left.evidence[-1:])[0])
            left = twin.without(lambda record: getattr(record, "id", "") in gone)  # noqa: B023
            # Something may have been seen or sent more than once, or refused by two. Nothing else
            # takes its place: no claim goes on with less than it had.
            same_kind = len(left.evidence) == len(before.evidence)
            assert left.observed is OPEN or same_kind or left.decisive != before.decisive

        assert left.observed is OPEN, (left.reason, gone)
