"""What is kept of a run that was cut short, and that nothing is counted twice."""

from pathlib import Path

import msgspec
import pytest

from reports.judgement.judge import judge
from reports.records import Finished, Loot, Started
from reports.runlog import read_log
from scenarios.channels import PLAINTEXT
from scenarios.planning import make_plan
from scenarios.postures import NO_PKCE, S256
from scenarios.registry import all_scenarios
from scenarios.resuming import NOTHING, Earlier, earlier
from tests.reports.judgement.cases import CELL, Log, token_refusal

NUMBERS = {"before": "p7", "attack": "p8", "after": "p9"}


@pytest.fixture
def log() -> Log:
    """A run that has decided its only cell: the attack was blocked."""
    return token_refusal()


def kept_of(log: Log, folder: Path) -> Earlier:
    """What is kept, once plays have numbers as they have on the stage."""
    lines = b"".join(msgspec.json.encode(record) + b"\n" for record in log.values()).decode()
    for name, number in NUMBERS.items():
        lines = lines.replace(f'"play":"{name}"', f'"play":"{number}"')
    path = folder / "run.jsonl"
    path.write_text(lines)
    run = read_log(path)
    return earlier(run, judge(run))


def without(log: Log, *names: str) -> Log:
    return {name: record for name, record in log.items() if not name.startswith(names)}


def plays_in(kept: Earlier) -> set[str]:
    return {str(getattr(record, "play", "")) for record in kept.records}


def test_of_a_run_that_decided_everything_all_is_kept(log: Log, tmp_path: Path) -> None:
    kept = kept_of(log, tmp_path)

    assert kept.done == {CELL}
    assert plays_in(kept) == {"p7", "p8", "p9"}
    assert not [each for each in kept.records if isinstance(each, Started | Finished)]
    assert len(kept.records) == len(log) - 2


@pytest.mark.parametrize(
    "gone",
    [("attack.token",), ("attack.end", "after", "finished"), ("after",)],
    ids=["nobody answered", "cut short in the attack", "no login afterwards"],
)
def test_an_attack_that_is_not_decided_is_played_again(
    log: Log, tmp_path: Path, gone: tuple[str, ...]
) -> None:
    kept = kept_of(without(log, *gone), tmp_path)

    assert kept.done == frozenset()
    assert "p8" not in plays_in(kept)
    assert "p7" in plays_in(kept)  # the honest login did end


def test_a_login_that_did_not_end_is_not_kept(log: Log, tmp_path: Path) -> None:
    kept = kept_of(without(log, "after.end", "finished"), tmp_path)

    assert "p9" not in plays_in(kept)
    assert kept.done == frozenset()


def test_numbers_go_on_after_the_last_whether_or_not_it_is_kept(log: Log, tmp_path: Path) -> None:
    loot = log["attack.loot"]
    assert isinstance(loot, Loot)
    log["attack.loot"] = msgspec.structs.replace(loot, id="e41")

    kept = kept_of(without(log, "after.end", "finished"), tmp_path)

    assert kept.plays == 9
    assert kept.ids == 41
    assert kept.labels["code"] == 3
    assert kept.labels["access_token"] == 3


def test_of_a_plan_only_what_is_not_decided_is_left_to_play() -> None:
    plan = make_plan([all_scenarios()["stolen-code"]], [S256, NO_PKCE], [PLAINTEXT])
    kept = Earlier((), frozenset({"stolen-code/plaintext/s256"}), 3, 9, {})

    rest = kept.rest_of(plan)

    assert [cell.plan.id for cells in rest.groups.values() for cell in cells] == [
        "stolen-code/plaintext/no-pkce"
    ]
    assert rest.cells == plan.cells
    assert rest.postures == plan.postures


def test_nothing_is_kept_of_a_run_that_begins_at_the_beginning() -> None:
    plan = make_plan([all_scenarios()["stolen-code"]], [S256], [PLAINTEXT])

    assert NOTHING.rest_of(plan) is plan
    assert (NOTHING.records, NOTHING.plays, NOTHING.ids) == ((), 0, 0)
