"""What the kill matrix concludes, and everything that must keep it from being green."""

from reports.matrix.outcome import Row, kill_matrix
from tests.reports.matrix.sample import SEEN, judged


def faults(**changes: object) -> tuple[str, ...]:
    return kill_matrix([judged(**changes)], whole=True).faults  # type: ignore[arg-type]


def without(posture: str, scenario: str) -> dict[str, set[str]]:
    return {**SEEN, posture: SEEN[posture] - {scenario}}


def test_a_matrix_in_which_all_is_as_it_should_be_is_green() -> None:
    matrix = kill_matrix([judged()], whole=True)

    assert matrix.faults == ()
    assert matrix.limits == matrix.succeeded == ("swap",)
    assert matrix.seconds == 60.0


def test_a_weakness_is_caught_by_what_wins_under_it_and_not_anyway() -> None:
    rows = {row.name: row for row in kill_matrix([judged()]).rows}

    assert rows["lax"] == Row("lax", ("thief",), ("thief",))
    assert rows["hollow"].caught_by == ("forger",), "thief wins by what hollow needs"


def test_pairs_are_no_weakness_of_their_own() -> None:
    assert [row.name for row in kill_matrix([judged()]).rows] == ["lax", "loose", "hollow"]


def test_success_where_nothing_is_weak_is_a_fault_unless_it_is_a_declared_limit() -> None:
    seen = {**SEEN, "hardened": {"swap", "thief"}}

    assert any("thief succeeded although nothing is weak" in each for each in faults(seen=seen))


def test_a_weakness_that_nothing_catches_is_a_fault() -> None:
    blind = without("loose", "forger")

    assert "loose was caught by no scenario" in faults(seen=blind, expected=blind)


def test_a_scenario_that_catches_nothing_is_a_fault() -> None:
    blind = {posture: seen - {"forger"} for posture, seen in SEEN.items()}

    assert any("forger caught no weakness" in each for each in faults(seen=blind, expected=blind))


def test_a_cell_that_is_not_as_expected_is_a_fault() -> None:
    assert any(
        "thief/loose: ATTACK_BLOCKED, expected ATTACK_SUCCEEDED" in each
        for each in faults(expected={**SEEN, "loose": {"forger", "swap", "thief"}})
    )


def test_an_undecided_cell_is_a_fault_and_named_where_nothing_is_weak() -> None:
    matrix = kill_matrix([judged(undecided=("thief/hardened",))], whole=True)

    assert matrix.inconclusive == ("thief/hardened",)
    assert any("INCONCLUSIVE" in each for each in matrix.faults)


def test_a_run_that_did_not_finish_is_a_fault() -> None:
    assert "the run did not finish" in faults(complete=False)


def test_a_part_of_the_matrix_is_not_blamed_for_what_was_left_out() -> None:
    blind = without("loose", "forger")

    assert kill_matrix([judged(seen=blind, expected=blind)], whole=False).faults == ()


def test_shares_are_read_as_one_matrix() -> None:
    first = {name: SEEN[name] for name in ("hardened", "lax")}
    second = {name: SEEN[name] for name in ("loose", "hollow", "lax+loose")}

    together = kill_matrix([judged(first, first), judged(second, second)], whole=True)

    assert together.faults == ()
    assert {row.name for row in together.rows} == {"lax", "loose", "hollow"}
