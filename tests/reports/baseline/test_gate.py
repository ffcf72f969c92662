from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reports.baseline.baseline import Acceptance, Baseline, Pair, is_finding, pair_of
from reports.baseline.gate import EVERYTHING, Choice, hold_against
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation
from tests.reports.baseline.sample import (
    NONE,
    OPEN,
    REFUSED,
    TODAY,
    WON,
    acceptance,
    judgement,
    verdict,
)

YESTERDAY = TODAY - timedelta(days=1)
STOLEN = Pair("web", "stolen-code")
ACCEPTED = Baseline((acceptance("stolen-code", "web"),))
EXPIRED = Baseline((acceptance("stolen-code", "web", expires=YESTERDAY),))
COVERED = Baseline(covered=frozenset({STOLEN}))


def held(seen: Verdict, baseline: Baseline, complete: bool = True) -> Verdict:
    return hold_against(judgement(seen, complete=complete), baseline, TODAY).verdicts[0]


def test_without_a_baseline_nothing_changes() -> None:
    seen = judgement(verdict("stolen-code", "web", WON), verdict("csrf", "web", OPEN))

    assert hold_against(seen, Baseline(), TODAY) == seen


def test_a_new_finding_stays_violated() -> None:
    other_client = verdict("stolen-code", "spa", WON)

    assert held(other_client, ACCEPTED) == other_client


def test_an_accepted_finding_is_met_and_says_who_answers_for_it() -> None:
    seen = held(verdict("stolen-code", "web", WON), ACCEPTED)

    assert seen.gate is Gate.MET
    assert seen.notes == ("accepted until 2027-03-01 by Jane: known",)


def test_a_finding_whose_acceptance_has_expired_is_violated_and_says_so() -> None:
    seen = held(verdict("stolen-code", "web", WON), EXPIRED)

    assert seen.gate is Gate.VIOLATED
    assert seen.notes == ("acceptance expired: it was accepted until 2026-11-25 by Jane: known",)


@pytest.mark.parametrize("baseline", [ACCEPTED, EXPIRED])
def test_an_accepted_finding_that_no_longer_happens_is_stale(baseline: Baseline) -> None:
    seen = held(verdict("stolen-code", "web", REFUSED), baseline)

    assert seen.gate is Gate.STALE
    assert "codejack baseline remove" in seen.settle


def test_an_expired_acceptance_is_stale_even_of_what_the_policy_tolerates() -> None:
    tolerated = verdict("stolen-code", "web", WON, Gate.MET)

    assert held(tolerated, ACCEPTED).gate is Gate.MET
    assert held(tolerated, EXPIRED).gate is Gate.STALE


@pytest.mark.parametrize("baseline", [ACCEPTED, EXPIRED, COVERED])
def test_what_was_played_and_not_decided_stays_undecided(baseline: Baseline) -> None:
    assert held(verdict("stolen-code", "web", OPEN), baseline).gate is Gate.UNDECIDED


@pytest.mark.parametrize("baseline", [ACCEPTED, EXPIRED, COVERED])
@pytest.mark.parametrize(
    "silent",
    [
        verdict("stolen-code", "web", NONE, reason="not applicable: it needs a secret"),
        verdict("stolen-code", "web", OPEN, play="", reason="The attack was never played."),
    ],
)
def test_what_stopped_running_is_stale_and_says_why(baseline: Baseline, silent: Verdict) -> None:
    seen = held(structs.replace(silent, settle="Run codejack doctor."), baseline)

    assert seen.gate is Gate.STALE
    assert seen.settle.startswith("Run codejack doctor. Find out why.")
    assert seen.reason == f"The scenario stopped running: {silent.reason}"


def test_a_run_that_was_cut_short_leaves_undecided_what_it_did_not_get_to() -> None:
    not_reached = verdict("stolen-code", "web", OPEN, play="")

    assert held(not_reached, COVERED, complete=False) == not_reached


def test_a_refusal_where_a_success_was_expected_is_not_excused() -> None:
    odd = verdict("stolen-code", "web", REFUSED, Gate.VIOLATED)

    assert held(odd, ACCEPTED).gate is Gate.VIOLATED


@pytest.mark.parametrize("baseline", [ACCEPTED, EXPIRED, COVERED])
def test_what_is_not_even_planned_gets_a_verdict_that_fails(baseline: Baseline) -> None:
    seen = hold_against(judgement(verdict("csrf", "web", REFUSED)), baseline, TODAY)

    assert seen.verdicts[1].cell == "stolen-code/access-log/web"
    assert seen.verdicts[1].gate is Gate.STALE
    assert seen.exit_code == 1


def test_a_run_of_nothing_at_all_fails_what_was_covered() -> None:
    assert hold_against(judgement(), COVERED, TODAY).exit_code == 1


@pytest.mark.parametrize(
    ("choice", "missing"),
    [
        (EVERYTHING, 1),
        (Choice(scenarios=frozenset({"stolen-code"})), 1),
        (Choice(scenarios=frozenset({"csrf"})), 0),
        (Choice(clients=frozenset({"spa"})), 0),
        (Choice(frozenset({"stolen-code"}), frozenset({"web"})), 1),
    ],
)
def test_what_the_user_left_out_has_not_stopped_running(choice: Choice, missing: int) -> None:
    seen = hold_against(judgement(verdict("csrf", "spa", REFUSED)), COVERED, TODAY, choice)

    assert len(seen.verdicts) == 1 + missing


names = st.sampled_from(["a", "b"])
verdicts = st.builds(
    verdict,
    names,
    names,
    st.sampled_from(Observation),
    st.sampled_from([Gate.MET, Gate.VIOLATED, Gate.UNDECIDED]),
    st.sampled_from(["", "p1"]),
)
judgements = st.builds(
    Judgement, st.just("r1"), st.booleans(), st.lists(verdicts, max_size=5).map(tuple)
)
days = st.dates(date(2026, 11, 20), date(2026, 12, 3))
acceptances = st.builds(
    Acceptance, names, names, st.just("known"), st.just("Jane"), days, st.just(TODAY)
)
baselines = st.builds(
    lambda accepted, covered: Baseline().accepting(accepted).covering(covered),
    st.lists(acceptances, max_size=4),
    st.lists(st.builds(Pair, names, names), max_size=4),
)


@given(judgements, baselines)
def test_no_baseline_makes_anything_better_but_a_finding_that_is_accepted_today(
    seen: Judgement, baseline: Baseline
) -> None:
    for before, after in zip(
        seen.verdicts, hold_against(seen, baseline, TODAY).verdicts, strict=False
    ):
        assert after.cell == before.cell
        if before.gate is not Gate.MET and after.gate is Gate.MET:
            accepted = baseline.acceptance(pair_of(before))
            assert accepted is not None
            assert not accepted.has_expired(TODAY)
            assert is_finding(before)


@given(judgements, baselines)
def test_all_that_a_baseline_knows_has_a_verdict(seen: Judgement, baseline: Baseline) -> None:
    after = hold_against(seen, baseline, TODAY)

    assert baseline.pairs <= {pair_of(each) for each in after.verdicts}


@given(judgements, baselines)
def test_what_stopped_running_is_never_all_right(seen: Judgement, baseline: Baseline) -> None:
    evident = {pair_of(v) for v in seen.verdicts if v.observed in (WON, REFUSED)}

    if baseline.pairs - evident:
        assert hold_against(seen, baseline, TODAY).exit_code in (1, 3)
