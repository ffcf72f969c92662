from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reports.baseline.comparison import Change, Comparison, Kind, changes_of, compare
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation
from tests.reports.baseline.sample import NONE, OPEN, REFUSED, WON, judgement, verdict
from tests.reports.page.sample import sample

FINDING = verdict("csrf", "web", WON)
HOLDS = verdict("csrf", "web", REFUSED)
TOLERATED = verdict("csrf", "web", WON, Gate.MET)
UNDECIDED = verdict("csrf", "web", OPEN)
UNPLAYED = verdict("csrf", "web", OPEN, play="")
SENSELESS = verdict("csrf", "web", NONE, reason="not applicable: no secret")


def changes(old: Verdict | None, new: Verdict | None) -> list[Change]:
    return list(changes_of(judgement(*filter(None, [old])), judgement(*filter(None, [new]))))


@pytest.mark.parametrize(
    ("old", "new", "kind", "worse"),
    [
        (HOLDS, FINDING, Kind.NEW_FINDING, True),
        (None, FINDING, Kind.NEW_FINDING, True),
        (UNDECIDED, FINDING, Kind.NEW_FINDING, True),
        (TOLERATED, FINDING, Kind.NEW_FINDING, True),
        (SENSELESS, FINDING, Kind.NEW_FINDING, True),
        (FINDING, HOLDS, Kind.GONE, False),
        (FINDING, TOLERATED, Kind.TOLERATED, False),
        (FINDING, UNDECIDED, Kind.UNDECIDED, True),
        (HOLDS, UNDECIDED, Kind.UNDECIDED, True),
        (None, UNDECIDED, Kind.UNDECIDED, True),
        (UNDECIDED, HOLDS, Kind.DECIDED, False),
        (HOLDS, None, Kind.STOPPED, True),
        (HOLDS, SENSELESS, Kind.STOPPED, True),
        (HOLDS, UNPLAYED, Kind.STOPPED, True),
        (FINDING, None, Kind.STOPPED, True),
        (UNDECIDED, SENSELESS, Kind.STOPPED, True),
        (None, HOLDS, Kind.NEW, False),
        (SENSELESS, HOLDS, Kind.NEW, False),
        (HOLDS, TOLERATED, Kind.SUCCEEDS, True),
        (TOLERATED, HOLDS, Kind.BLOCKED, False),
    ],
)
def test_every_change_has_its_name(
    old: Verdict | None, new: Verdict | None, kind: Kind, worse: bool
) -> None:
    (change,) = changes(old, new)

    assert (change.kind, change.is_worse) == (kind, worse)
    assert (change.what, change.scenario, change.client) == (HOLDS.cell, "csrf", "web")


@pytest.mark.parametrize(
    ("old", "new"), [(None, SENSELESS), (SENSELESS, None), (SENSELESS, UNPLAYED)]
)
def test_what_ran_in_neither_run_has_not_changed(old: Verdict | None, new: Verdict | None) -> None:
    assert changes(old, new) == []


def test_another_refusal_is_told_and_is_not_worse() -> None:
    old = structs.replace(HOLDS, reason="refused code#1 with invalid_grant")
    new = structs.replace(HOLDS, reason="refused code#1 with invalid_request")

    assert changes(old, new) == [
        Change(
            Kind.REASON,
            HOLDS.cell,
            "blocked: refused code#1 with invalid_grant",
            "blocked: refused code#1 with invalid_request",
            "csrf",
            "web",
        )
    ]


def test_another_note_is_another_reason() -> None:
    assert [c.kind for c in changes(HOLDS, structs.replace(HOLDS, notes=("refused, wrong",)))] == [
        Kind.REASON
    ]


def test_the_numbers_of_labels_and_the_names_of_people_are_no_difference() -> None:
    old = structs.replace(HOLDS, reason="refused code#1 of alice-1")
    new = structs.replace(HOLDS, reason="refused code#12 of alice-2")

    people = frozenset({"alice-1", "alice-2"})
    assert list(changes_of(judgement(old), judgement(new), people)) == []


def test_a_run_that_was_cut_short_is_worse_and_what_it_did_not_get_to_is_undecided() -> None:
    found = list(changes_of(judgement(HOLDS), judgement(UNPLAYED, complete=False)))

    assert [change.kind for change in found] == [Kind.CUT_SHORT, Kind.UNDECIDED]
    assert all(change.is_worse for change in found)


def test_a_stored_run_compared_with_itself_shows_nothing() -> None:
    run, _ = sample()

    assert compare(run, run) == Comparison(run.started.run, run.started.run, ())
    assert compare(run, run).exit_code == 0


def test_stored_runs_are_judged_and_the_worst_is_told_first() -> None:
    run, _ = sample()
    started = structs.replace(run.started, version="9", plan=run.started.plan[1:])
    other = replace(run, started=started, records=(started, *run.records[1:]))

    found = compare(run, other)

    assert [change.kind for change in found.changes] == [Kind.STOPPED, Kind.ENVIRONMENT]
    assert found.worse == 1
    assert found.exit_code == 1


verdicts = st.builds(
    verdict,
    st.sampled_from(["a", "b"]),
    st.just("web"),
    st.sampled_from(Observation),
    play=st.sampled_from(["", "p1"]),
)
judgements = st.builds(
    Judgement,
    st.just("r1"),
    st.booleans(),
    st.lists(verdicts, unique_by=lambda v: v.cell).map(tuple),
)


@given(judgements)
def test_nothing_changes_from_a_run_to_itself(seen: Judgement) -> None:
    assert list(changes_of(seen, seen)) == []


@given(judgements, judgements)
def test_where_nothing_is_worse_the_new_run_has_no_more_that_is_not_met(
    old: Judgement, new: Judgement
) -> None:
    if not any(change.is_worse for change in changes_of(old, new)):
        trouble = {v.cell for v in old.verdicts if v.gate is not Gate.MET}
        for each in new.verdicts:
            # What did not run in either of two whole runs is nobody's loss.
            assert each.gate is Gate.MET or each.cell in trouble or not each.play
