"""``codejack compare`` as a user meets it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codejack.cli import main
from tests.codejack.runs import folder_of
from tests.reports.judgement.cases import token_refusal, token_theft

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "compare", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "safe", token_refusal())


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "broken", token_theft())


def test_a_new_finding_is_worse_and_one_that_is_gone_is_not(
    cli: Cli, safe: Path, broken: Path
) -> None:
    status, out, _ = cli(safe, broken)
    assert status == 1
    assert "new finding" in out
    assert "1 for the worse" in out

    status, out, _ = cli(broken, safe / "run.jsonl")
    assert status == 0
    assert "finding gone" in out


def test_as_json_is_one_object_with_every_change(cli: Cli, safe: Path, broken: Path) -> None:
    status, out, err = cli(safe, broken, "--json")

    answer = json.loads(out)
    assert status == 1
    assert not err
    assert answer["worse"] == 1
    assert set(answer["changes"][0]) == {
        "change",
        "worse",
        "what",
        "scenario",
        "client",
        "before",
        "after",
    }
    assert answer["changes"][0]["change"] == "new finding"
    assert answer["changes"][0]["client"] == "posture"


def test_a_run_compared_with_itself_has_not_changed(cli: Cli, broken: Path) -> None:
    status, out, _ = cli(broken, broken, "--json")

    assert status == 0
    assert json.loads(out)["changes"] == []


def test_what_is_no_run_is_a_usage_error(cli: Cli, safe: Path, tmp_path: Path) -> None:
    status, _, err = cli(safe, tmp_path / "absent")

    assert status == 4
    assert "run.jsonl" in err


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_hostile_text_of_a_log_is_told_and_does_nothing(
    cli: Cli, safe: Path, tmp_path: Path, form: tuple[str, ...]
) -> None:
    hostile = "\x1b]0;title\x07[bold red]\x9b2J\u202e[/]"
    other = folder_of(
        tmp_path / "other", token_refusal(), run=hostile, environment={hostile: hostile}
    )

    status, out, _ = cli(safe, other, *form)

    assert status == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out)
    assert "[bold red]" in out
