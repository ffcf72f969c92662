"""Never green by accident: whatever goes wrong, no cell comes out as blocked or succeeded."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from attacker import loot
from reports.judgement.judge import judge
from reports.records import (
    Exchange,
    Finished,
    Handover,
    Loot,
    Observation,
    PlayFinished,
    PlayStarted,
    Record,
)
from reports.runlog import StoredRun, read_log
from scenarios import performance, runner
from scenarios.channels import ACCESS_LOG, HEADLINE_CHANNELS
from scenarios.stage import network
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import set_stage
from tests.conftest import plan_of, play, target_of
from tests.scenarios.faults import FAULTS, Answer
from victim import user

if TYPE_CHECKING:
    from tests.conftest import Played

stage_test = pytest.mark.stage
CLAIMS = frozenset({Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long: what has not happened after a second will not happen."""
    monkeypatch.setattr(network, "HTTP_SECONDS", 1.0)
    monkeypatch.setattr(loot, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(user, "_PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(performance, "_PLAY_SECONDS", 15.0)


@stage_test
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_decides_nothing(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault = FAULTS[name]()
    monkeypatch.setattr(runner, "set_stage", fault.set_stage(set_stage))

    options = StageOptions(browser, port=0, wrap=fault.wrap)
    plan = plan_of(*fault.cells, script=fault.script, channels=(*HEADLINE_CHANNELS, ACCESS_LOG))
    played = play(tmp_path, plan, options, fault.hear)

    assert fault.struck
    if not fault.run_ends:
        # The plays were tried: it was the fault that spoilt them, and no accident of this test.
        assert played.error is None
        tried = {start.cell for start in played.stored.of(PlayStarted) if start.cell}
        assert tried == set(fault.cells)
    seen = {verdict.cell: verdict.observed for verdict in played.judgement.verdicts}
    assert seen == dict.fromkeys(fault.cells, Observation.INCONCLUSIVE)
    assert played.judgement.exit_code == 3
    if isinstance(fault, Answer) and fault.attacks_only:
        # The honest logins did work; it was something else that kept the judge from believing.
        reasons = [verdict.reason for verdict in played.judgement.verdicts]
        assert not [reason for reason in reasons if "honest login" in reason]


def without(played: "Played", gone: Callable[[Record], bool], folder: Path) -> StoredRun:
    """The run as read back from a log in which these records are missing."""
    return written((record for record in played.stored.records if not gone(record)), folder)


def written(records: Iterable[Record], folder: Path) -> StoredRun:
    path = folder / "run.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    return read_log(path)


def kinds(played: "Played") -> dict[str, str]:
    return {start.play: start.kind for start in played.stored.of(PlayStarted)}


def is_control(played: "Played") -> Callable[[Record], bool]:
    kind = kinds(played)
    return lambda record: kind.get(getattr(record, "play", "")) == "control"


EVIDENCE: dict[str, Callable[["Played"], Callable[[Record], bool]]] = {
    "the honest logins": is_control,
    "the attacks": lambda played: (
        lambda record: kinds(played).get(getattr(record, "play", "")) == "attack"
    ),
    "the loot": lambda played: lambda record: isinstance(record, Loot),
    "where the code was seen": lambda played: (
        lambda record: (
            isinstance(record, Exchange | Handover)
            and record.id
            in {item.seen_in for item in played.stored.of(Loot) if item.kind == "code"}
        )
    ),
    "every token request": lambda played: (
        lambda record: (
            isinstance(record, Exchange)
            and record.request.endpoint == target_of(played).token_endpoint
        )
    ),
    "every look at userinfo": lambda played: (
        lambda record: (
            isinstance(record, Exchange)
            and record.request.endpoint == target_of(played).userinfo_endpoint
        )
    ),
}


@stage_test
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", EVIDENCE)
def test_without_evidence_a_good_run_decides_nothing(
    headline: "Played", tmp_path: Path, name: str
) -> None:
    judgement = judge(without(headline, EVIDENCE[name](headline), tmp_path))

    assert CLAIMS.isdisjoint(verdict.observed for verdict in judgement.verdicts)
    assert judgement.exit_code == 3


@stage_test
@pytest.mark.timeout(240)
@pytest.mark.parametrize("position", ["before", "after"])
def test_without_one_of_the_honest_logins_nothing_is_blocked(
    headline: "Played", tmp_path: Path, position: str
) -> None:
    gone = {start.play for start in headline.stored.of(PlayStarted) if start.position == position}
    stored = without(headline, lambda record: getattr(record, "play", "") in gone, tmp_path)

    observed = {verdict.observed for verdict in judge(stored).verdicts}

    assert Observation.ATTACK_BLOCKED not in observed
    assert judge(stored).exit_code == 3


@stage_test
@pytest.mark.timeout(240)
def test_a_log_cut_anywhere_claims_nothing_that_the_whole_log_does_not(headline: "Played") -> None:
    whole = {verdict.cell: verdict.observed for verdict in headline.judgement.verdicts}
    records = headline.stored.records
    cuts = [n for n, record in enumerate(records, 1) if isinstance(record, PlayFinished)]
    for cut in {*cuts, *range(1, len(records) - 1, len(records) // 40)}:
        judgement = judge(replace(headline.stored, records=records[:cut], finished=None))
        assert judgement.exit_code == 3
        assert not judgement.complete
        for verdict in judgement.verdicts:
            if verdict.observed is not Observation.INCONCLUSIVE:
                assert verdict.observed is whole[verdict.cell]


@stage_test
@pytest.mark.timeout(240)
@pytest.mark.parametrize("outcome", ["interrupted", "failed"])
def test_a_run_that_did_not_complete_is_never_green(
    headline: "Played", tmp_path: Path, outcome: str
) -> None:
    *records, last = headline.stored.records
    assert isinstance(last, Finished)

    stored = written([*records, msgspec.structs.replace(last, outcome=outcome)], tmp_path)

    assert judge(stored).exit_code == 3
