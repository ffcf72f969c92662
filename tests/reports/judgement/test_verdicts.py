import pytest

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN, NONE = Observation.INCONCLUSIVE, Observation.NOT_APPLICABLE

MET = (WON, Gate.MET)
VIOLATED = (WON, Gate.VIOLATED)
UNDECIDED = (OPEN, Gate.UNDECIDED)
STALE = (REFUSED, Gate.STALE)
SENSELESS = (NONE, Gate.MET)


def judgement(*cells: tuple[Observation, Gate], complete: bool = True) -> Judgement:
    verdicts = tuple(
        Verdict(f"c{number}", "s", "ch", "p", observed, WON, gate, "", 0.0)
        for number, (observed, gate) in enumerate(cells)
    )
    return Judgement("run", complete, verdicts)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((MET,), 0),
        ((MET, SENSELESS), 0),
        (((REFUSED, Gate.MET),), 0),
        ((VIOLATED,), 1),
        ((MET, VIOLATED), 1),
        ((UNDECIDED, VIOLATED), 1),
        ((MET, STALE), 1),
        ((UNDECIDED, STALE), 1),
        (((NONE, Gate.STALE),), 1),
        ((UNDECIDED,), 3),
        ((MET, UNDECIDED), 3),
        ((SENSELESS, UNDECIDED), 3),
        ((SENSELESS,), 5),
        ((), 5),
    ],
)
def test_exit_codes_of_a_complete_run(
    cells: tuple[tuple[Observation, Gate], ...], code: int
) -> None:
    assert judgement(*cells).exit_code == code


@pytest.mark.parametrize(
    ("cells", "code"), [((MET,), 3), ((VIOLATED, MET), 1), ((SENSELESS,), 3), ((), 3)]
)
def test_an_incomplete_run_is_never_all_right(
    cells: tuple[tuple[Observation, Gate], ...], code: int
) -> None:
    assert judgement(*cells, complete=False).exit_code == code
