"""``codejack doctor FILE``: honest logins alone, and a table of how they went."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codejack.cli import main
from reports.records import PlayStarted
from reports.runlog import read_log
from tests.scenarios.foreign import Foreign, foreign
from tests.scenarios.targets.files import GOOD, write

pytestmark = pytest.mark.stage

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    browser: object,
) -> Cli:
    monkeypatch.chdir(tmp_path)

    def call(target: Path, *more: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", "doctor", str(target), *more])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with foreign(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running: Foreign, tmp_path: Path) -> Foreign:
    """A server whose target file a test may spoil."""
    folder = tmp_path / "target"
    shutil.copytree(running.target.parent, folder)
    return replace(running, target=folder / running.target.name)


def rows(out: str) -> dict[str, list[str]]:
    lines = (line.split() for line in out.splitlines())
    return {cells[0]: cells[1:] for cells in lines if cells and cells[0] in ("web", "spa")}


def test_where_all_is_well_it_says_as_whom_each_client_knows_them(
    cli: Cli, server: Foreign, tmp_path: Path
) -> None:
    status, out, err = cli(server.target)

    assert status == 0, err
    assert f"{server.issuer}, held to rfc9700; dialled: localhost:" in out
    assert rows(out) == {
        "web": ["alice-1", "mallory-1", "yes"],
        "spa": ["alice-1", "mallory-1", "yes"],
    }
    plays = [start for log in tmp_path.rglob("*.jsonl") for start in read_log(log).of(PlayStarted)]
    assert {start.kind for start in plays} == {"control"}


def test_a_login_that_fails_is_told_and_exits_with_3(cli: Cli, server: Foreign) -> None:
    (server.target.parent / "secrets" / "web").write_text("mistyped")

    status, out, _ = cli(server.target)

    assert status == 3
    assert rows(out)["web"][:2] == ["fails", "fails"]
    assert rows(out)["spa"][:2] == ["alice-1", "mallory-1"]
    assert "the victim cannot sign in at client web: " in out
    assert "mistyped" not in out
    assert "what they saw: " in out


def test_without_an_account_for_the_attacker_the_table_says_so(cli: Cli, server: Foreign) -> None:
    text = server.target.read_text()
    start, end = text.index("[accounts.attacker]"), text.index("[clients.web]")
    server.target.write_text(text[:start] + text[end:])

    status, out, _ = cli(server.target)

    assert status == 0
    assert rows(out)["spa"] == ["alice-1", "no", "account", "yes"]


def test_a_mistake_in_the_file_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    status, out, err = cli(write(tmp_path, GOOD.replace("username", "usrename")))

    assert (status, out) == (4, "")
    assert "usrename" in err


def test_a_program_is_told_the_same(cli: Cli, server: Foreign) -> None:
    (server.target.parent / "secrets" / "web").write_text("mistyped")

    status, out, _ = cli(server.target, "--json")

    said = json.loads(out)
    web, spa = said["clients"]
    assert status == 3
    assert web["victim"]["trouble"]
    assert spa["victim"] == {"subject": "alice-1", "trouble": ""}
    assert [Path(each).suffix for each in said["pictures"]] == [".png", ".png"]
    assert len(said["troubles"]) == 2
