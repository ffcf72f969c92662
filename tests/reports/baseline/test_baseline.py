from datetime import timedelta

from reports.baseline.baseline import Baseline, Pair, decided, findings
from reports.judgement.verdicts import Gate
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

STOLEN, REPLAYED = Pair("web", "stolen-code"), Pair("web", "replayed-code")


def test_an_acceptance_counts_to_the_end_of_its_last_day() -> None:
    until_today = acceptance("stolen-code", "web", expires=TODAY)

    assert not until_today.has_expired(TODAY)
    assert until_today.has_expired(TODAY + timedelta(days=1))


def test_acceptances_are_sorted_and_a_new_one_takes_the_place_of_the_old() -> None:
    old, other = acceptance("stolen-code", "web"), acceptance("replayed-code", "web")
    renewed = acceptance("stolen-code", "web", reason="still known")

    assert Baseline().accepting([old, other]).accepting([renewed]).accepted == (other, renewed)


def test_what_is_no_longer_accepted_still_has_to_be_played() -> None:
    baseline = Baseline().accepting([acceptance("stolen-code", "web")]).covering([STOLEN])

    assert baseline.without(STOLEN) == Baseline(covered=frozenset({STOLEN}))


def test_what_is_forgotten_leaves_no_trace() -> None:
    baseline = Baseline().accepting([acceptance("stolen-code", "web")]).covering([STOLEN, REPLAYED])

    assert baseline.forgetting([STOLEN]) == Baseline(covered=frozenset({REPLAYED}))


def test_what_is_accepted_is_waited_for_even_if_it_is_not_covered() -> None:
    baseline = Baseline((acceptance("stolen-code", "web"),), frozenset({REPLAYED}))

    assert baseline.pairs == {STOLEN, REPLAYED}


def test_only_a_success_that_nothing_allows_is_a_finding() -> None:
    seen = judgement(
        verdict("stolen-code", "web", WON),
        verdict("replayed-code", "web", WON, Gate.MET),
        verdict("own-flow", "web", REFUSED, Gate.VIOLATED),
        verdict("csrf", "web", OPEN),
    )

    assert findings(seen) == [STOLEN]


def test_only_evidence_decides() -> None:
    seen = judgement(
        verdict("stolen-code", "web", WON),
        verdict("replayed-code", "web", REFUSED),
        verdict("csrf", "web", OPEN),
        verdict("own-flow", "web", NONE),
    )

    assert decided(seen) == {STOLEN, REPLAYED}
