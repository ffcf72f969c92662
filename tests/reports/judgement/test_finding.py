"""A finding that decides nothing says what would."""

from reports.judgement.finding import undecided
from reports.records import Observation


def test_undecided_is_inconclusive_with_a_reason_and_no_evidence() -> None:
    finding = undecided("Nothing was seen.", "Look again.")

    assert finding.observed is Observation.INCONCLUSIVE
    assert (finding.reason, finding.settle) == ("Nothing was seen.", "Look again.")
    assert finding.evidence == ()
    assert finding.decisive == ""
