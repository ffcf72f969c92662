"""The kill matrix for machines and for a terminal."""

import json

from reports.matrix.outcome import kill_matrix
from reports.matrix.told import as_json, summary
from tests.reports.matrix.sample import judged


def test_json_has_the_shape_that_is_promised() -> None:
    told = json.loads(json.dumps(as_json(kill_matrix([judged()], whole=True))))

    assert told["scenarios"] == 3
    assert {"name": "lax", "caught_by": ["thief"], "expected": ["thief"]} in told["weaknesses"]
    assert told["hardened"]["succeeded"] == told["hardened"]["limits"] == ["swap"]
    assert told["hardened"]["inconclusive"] == []
    assert told["seconds"] == 60.0
    assert len(told["cells"]) == 15
    assert {"scenario", "posture", "weaknesses", "observed", "expected", "gate", "reason"} <= set(
        told["cells"][0]
    )


def test_a_green_matrix_says_so_last() -> None:
    *_, last = summary(kill_matrix([judged()], whole=True))

    assert last == "All 3 weaknesses were caught, and each only by what should see it."


def test_faults_are_listed_and_counted() -> None:
    lines = list(summary(kill_matrix([judged(undecided=("thief/lax",))], whole=True)))

    assert any(line.startswith("! thief/lax: INCONCLUSIVE") for line in lines)
    assert "2 of 3 weaknesses were caught" in lines[-1]


def test_a_sweep_of_what_is_hardened_claims_nothing_about_weaknesses() -> None:
    *_, last = summary(kill_matrix([judged({"hardened": {"swap"}})]))

    assert "nothing succeeded but declared limits" in last
