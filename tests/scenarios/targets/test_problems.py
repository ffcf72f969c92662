"""Problems are told where they stand in the file."""

from pathlib import Path

from scenarios.targets.problems import Lines, Problem, TargetFileError

TEXT = '[a]\nx = [\n  1,\n]\n\n[b."c.d"]\ny = 2\n'


def test_a_key_stands_on_its_line_and_a_missing_one_where_it_belongs() -> None:
    lines = Lines(TEXT)

    assert [lines.of("a", "x"), lines.of("b", "c.d", "y")] == [2, 7]
    assert [lines.of("b", "c.d", "z"), lines.of("none")] == [6, 1]


def test_every_problem_has_a_line_of_its_own_in_order() -> None:
    error = TargetFileError(Path("f"), [Problem(3, "C.", "D."), Problem(1, "A.", "B.")])

    assert str(error) == "f:1: A. B.\nf:3: C. D."
