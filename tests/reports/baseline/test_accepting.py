from datetime import timedelta

import pytest

from reports.baseline.accepting import (
    LONGEST,
    RefusedError,
    last_day,
    one_finding,
    open_findings,
)
from reports.baseline.baseline import Baseline, Pair
from tests.reports.baseline.sample import REFUSED, TODAY, WON, acceptance, judgement, verdict

DAY = timedelta(days=1)
SEEN = judgement(verdict("stolen-code", "web", WON), verdict("csrf", "web", REFUSED))


@pytest.mark.parametrize("ahead", [timedelta(), DAY, LONGEST])
def test_an_acceptance_lasts_from_today_to_a_year_ahead(ahead: timedelta) -> None:
    assert last_day(TODAY + ahead, TODAY) == TODAY + ahead


def test_a_day_that_is_past_is_refused_whoever_insists() -> None:
    with pytest.raises(RefusedError, match="is past"):
        last_day(TODAY - DAY, TODAY, beyond_a_year=True)


def test_more_than_a_year_takes_somebody_who_insists() -> None:
    with pytest.raises(RefusedError, match="--force"):
        last_day(TODAY + LONGEST + DAY, TODAY)

    assert last_day(TODAY + LONGEST + DAY, TODAY, beyond_a_year=True) == TODAY + LONGEST + DAY


def test_only_what_the_run_has_found_can_be_accepted() -> None:
    assert one_finding(SEEN, Pair("web", "stolen-code")) == Pair("web", "stolen-code")
    with pytest.raises(RefusedError, match=r"it is ATTACK_BLOCKED and MET\. Its findings: stolen"):
        one_finding(SEEN, Pair("web", "csrf"))
    with pytest.raises(RefusedError, match="not in its plan"):
        one_finding(SEEN, Pair("spa", "stolen-code"))


def test_findings_are_open_while_nobody_answers_for_them_today() -> None:
    pair = Pair("web", "stolen-code")
    expired = Baseline((acceptance("stolen-code", "web", TODAY - DAY),))

    assert open_findings(SEEN, Baseline(), TODAY) == [pair]
    assert open_findings(SEEN, expired, TODAY) == [pair]
    assert open_findings(SEEN, Baseline((acceptance("stolen-code", "web"),)), TODAY) == []
