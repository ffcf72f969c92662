"""``codejack matrix`` as a user meets it: a real stage, two processes, and the exit code."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from codejack.cli import main
from codejack.matrix import exit_code
from reports.matrix.outcome import kill_matrix
from scenarios.stage.browser import Browser
from tests.reports.matrix.sample import SEEN, judged

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "matrix", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.mark.stage
def test_a_part_of_the_matrix_is_played_judged_and_written(
    cli: Cli, browser: Browser, tmp_path: Path
) -> None:
    status, out, _ = cli(
        *("--scenario", "stolen-code", "--scenario", "wrong-verifier"),
        *("--weakness", "pkce_unused", "--weakness", "verifier_not_compared"),
        *("--pairs", 1, "--jobs", 2, "--output", tmp_path, "--json"),
    )

    told = json.loads(out)
    assert status == 0, told["faults"]
    caught = {each["name"]: each["caught_by"] for each in told["weaknesses"]}
    assert caught["pkce_unused"] == ["stolen-code"]
    assert caught["verifier_not_compared"] == ["wrong-verifier"]
    assert told["hardened"] == {"succeeded": [], "limits": [], "inconclusive": []}
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in folder.iterdir()} == {
        "matrix.html",
        "matrix.json",
        "share-1",
        "share-2",
    }
    assert json.loads((folder / "matrix.json").read_text()) == told


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--weakness", "pkce_optinal"), "did you mean pkce_optional?"),
        (("--scenario", "stolen-cod"), "did you mean stolen-code?"),
        (("--jobs", "0"), "greater than or equal to 1"),
    ],
)
def test_usage_errors_exit_with_4_and_a_hint(
    cli: Cli, arguments: tuple[str, ...], hint: str
) -> None:
    status, _, err = cli(*arguments)

    assert status == 4
    assert hint in " ".join(err.replace("│", " ").split())


def test_the_exit_code_is_zero_only_for_a_matrix_without_faults() -> None:
    assert exit_code(kill_matrix([judged()], whole=True)) == 0
    blind = {**SEEN, "loose": {"swap"}}
    assert exit_code(kill_matrix([judged(seen=blind, expected=blind)], whole=True)) == 1


def test_what_is_not_as_expected_is_violated_and_what_is_open_undecided() -> None:
    expected = {**SEEN, "lax": {"swap"}}
    assert exit_code(kill_matrix([judged(expected=expected)])) == 1
    assert exit_code(kill_matrix([judged(undecided=("thief/lax",))])) == 3
    assert exit_code(kill_matrix([judged(complete=False)])) == 3


def test_nothing_played_is_not_green() -> None:
    assert exit_code(replace(kill_matrix([judged()]), verdicts=())) == 5
