from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as altered

from reports.judgement.verdicts import Gate, Judgement
from reports.page.headline import boundary, headline
from reports.records import Finished, Observation
from reports.runlog import StoredRun
from tests.reports.page import sample


def _verdicts(judgement: Judgement, cell: str, **changes: Any) -> Judgement:
    changed = tuple(altered(v, **changes) if v.cell == cell else v for v in judgement.verdicts)
    assert changed != judgement.verdicts
    return altered(judgement, verdicts=changed)


CELL = "stolen-code/custom-scheme/s256"
ENDED = Finished("2026-11-23T09:00:31.000+00:00", 31.5, "interrupted", "Ctrl-C")

TROUBLES: dict[str, tuple[Callable[[StoredRun, Judgement], tuple[StoredRun, Judgement]], str]] = {
    "a violated cell": (
        lambda r, j: (
            r,
            _verdicts(j, CELL, observed=Observation.ATTACK_SUCCEEDED, gate=Gate.VIOLATED),
        ),
        f"1 cell is not as expected: {CELL} (succeeded, expected blocked).",
    ),
    "an undecided cell": (
        lambda r, j: (r, _verdicts(j, CELL, gate=Gate.UNDECIDED)),
        f"1 cell is undecided: {CELL}.",
    ),
    "a cell without a verdict": (
        lambda r, j: (r, altered(j, verdicts=j.verdicts[1:])),
        "1 cell is planned but without a verdict: stolen-code/custom-scheme/no-pkce.",
    ),
    "a verdict on a cell that was never planned": (
        lambda r, j: (
            r,
            altered(j, verdicts=(*j.verdicts, altered(j.verdicts[0], cell="a/b/c"))),
        ),
        "1 cell is judged that the run never planned: a/b/c.",
    ),
    "what the baseline counts on and is not so any more": (
        lambda r, j: (
            r,
            altered(j, verdicts=(*j.verdicts, altered(j.verdicts[0], cell="a", gate=Gate.STALE))),
        ),
        "1 cell is not as the baseline says any more: a.",
    ),
    "a crash": (
        lambda r, j: (replace(r, finished=None), j),
        "This run did not come to its end: the log stops in the middle.",
    ),
    "an interruption": (
        lambda r, j: (replace(r, finished=ENDED), j),
        "This run was interrupted: Ctrl-C.",
    ),
    "an incomplete judgement": (
        lambda r, j: (r, altered(j, complete=False)),
        "This run is incomplete.",
    ),
    "verdicts of another run": (
        lambda r, j: (r, altered(j, run="other")),
        "These verdicts were reached on another run (other).",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_said_first_and_nothing_is_said_to_be_as_expected(trouble: str) -> None:
    change, said = TROUBLES[trouble]
    told = headline(*change(*sample.settled()))
    assert told.alarms == (said,)
    assert not any("as expected" in sentence for sentence in told.sentences)


def test_a_run_that_judged_nothing_says_so() -> None:
    run, judgement = sample.settled()
    told = headline(run, altered(judgement, verdicts=()))
    assert told.alarms[-1] == "No attack was judged in this run."


def test_a_settled_run_raises_no_alarm_and_tells_what_was_seen() -> None:
    told = headline(*sample.settled())
    assert told.alarms == ()
    assert told.passive == (
        "public client, no PKCE: the attack opened the victim's data in both cells.",
        "public client, plain: the attack opened the victim's data in 1 of 3 cells "
        "(verifier-in-state); it was refused in 2 of 3 cells.",
        "public client, S256: the attack opened the victim's data in 1 of 3 cells "
        "(verifier-in-state); it was refused in 2 of 3 cells.",
        "confidential client, S256: the attack was refused in all 3 cells.",
    )
    assert told.sentences == (
        "When the thief started the flow itself, the attack succeeded under “public client, no "
        "PKCE”, “public client, plain” and “public client, S256”; it was refused under "
        "“confidential client, S256”. PKCE protects only flows that the honest client started.",
        "All 16 cells came out as expected.",
    )


def test_an_undecided_cell_is_not_counted_as_a_refusal() -> None:
    passive = headline(*sample.sample()).passive
    assert passive[-1] == (
        "confidential client, S256: the attack was refused in 2 of 3 cells; 1 cell is undecided."
    )


def test_the_limit_of_pkce_is_claimed_only_where_it_was_seen() -> None:
    run, judgement = sample.settled()
    refused = altered(
        judgement,
        verdicts=tuple(
            altered(v, observed=Observation.ATTACK_BLOCKED)
            if v.scenario == "own-flow" and v.posture != "no-pkce"
            else v
            for v in judgement.verdicts
        ),
    )
    assert "PKCE protects only" in boundary(run, judgement)
    assert "PKCE protects only" not in boundary(run, refused)
