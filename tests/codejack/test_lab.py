"""``codejack lab`` as a user meets it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codejack import lab as commands
from codejack.cli import main
from tests.victim.lab.tiny import FAILS, tiny
from victim.lab.lab import Lab
from victim.lab.server import LabServer, Tool

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "lab", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[LabServer], None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return lambda server: monkeypatch.setattr(commands, "SERVERS", {server.name: server})


def test_start_prints_the_target_file_and_stop_ends_it(
    cli: Cli, offer: Callable[[LabServer], None], tmp_path: Path
) -> None:
    offer(tiny())
    try:
        status, out, err = cli("start", "tiny")
        again = cli("start", "tiny")
        listed = json.loads(cli("list", "--json")[1])["servers"]
    finally:
        ended = cli("stop", "tiny")

    assert (status, out.strip()) == (0, str(tmp_path / "codejack/lab/tiny/tiny.idp.toml"))
    assert "Starting Tiny 1.0" in err
    assert again == (0, out, "")
    assert [(one["name"], one["running"]) for one in listed] == [("tiny", True)]
    assert ended == (0, "", "tiny has ended.\n")
    assert not Lab().is_running(tiny())
    assert cli("stop", "tiny") == (0, "", "tiny was not running.\n")


def test_start_as_json_is_one_object(cli: Cli, offer: Callable[[LabServer], None]) -> None:
    offer(tiny())
    try:
        status, out, _ = cli("start", "tiny", "--json")
    finally:
        cli("stop", "tiny")

    answer = json.loads(out)
    assert status == 0
    assert answer["name"] == "tiny"
    assert answer["target"].endswith("tiny.idp.toml")
    assert "serving" in Path(answer["log"]).read_text()


def test_a_server_that_does_not_start_exits_with_3_and_its_last_words(
    cli: Cli, offer: Callable[[LabServer], None]
) -> None:
    offer(tiny(FAILS))

    status, out, err = cli("start", "tiny")

    assert (status, out) == (3, "")
    assert "no such database" in err


def test_an_unknown_name_is_a_usage_error(cli: Cli, offer: Callable[[LabServer], None]) -> None:
    offer(tiny())

    status, _, err = cli("start", "tini")

    assert status == 4
    assert "did you mean tiny?" in err


def test_the_list_says_what_is_missing(cli: Cli, offer: Callable[[LabServer], None]) -> None:
    offer(tiny(needs=(Tool("no-such-program", "Install it."),)))

    status, out, _ = cli("list")

    assert status == 0
    assert "ready to start" not in out
    assert "no-such-" in out
