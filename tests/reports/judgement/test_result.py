import pytest

from reports.judgement.result import result
from tests.reports.outputs.sample import GREEN, told


def test_what_is_undecided_is_said_first() -> None:
    assert (
        result(12, 2, 1, 40, "")
        == "12 undecided, 2 findings, 1 not as the baseline says: not green."
    )


def test_only_a_whole_run_without_anything_open_is_green() -> None:
    assert result(0, 0, 0, 40, "") == "No finding, nothing undecided, 40 attacks decided: green."
    assert result(0, 0, 0, 1, "") == "No finding, nothing undecided, 1 attack decided: green."


@pytest.mark.parametrize("open_", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_anything_open_is_not_green(open_: tuple[int, int, int]) -> None:
    assert result(*open_, 40, "").endswith(": not green.")


@pytest.mark.parametrize(
    ("finished", "said"),
    [
        ("", "The run did not come to its end."),
        ("interrupted", "The run was interrupted."),
        ("failed", "The run failed."),
        ("completed", ""),
    ],
)
def test_a_run_that_broke_off_says_so(finished: str, said: str) -> None:
    run = told(outcomes=GREEN, finished=finished)

    assert run.trouble == said
    assert ("Not green." in run.result) == bool(said)
