"""``codejack assess`` as a user meets it, at a server that is not ours."""

import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from codejack import assessing
from codejack.cli import main
from reports.records import PlayStarted, Record
from reports.runlog import read_log
from tests.scenarios.foreign import LIKE_OTHERS, Foreign, foreign
from tests.scenarios.targets.files import GOOD, line_with, write

Cli = Callable[..., tuple[int, str, str]]

TWO = ("--scenario", "stolen-code", "--scenario", "replayed-code")


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    browser: object,
) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        everything = ["codejack", "assess", *arguments, "--output", tmp_path / "runs"]
        monkeypatch.setattr(sys, "argv", [*map(str, everything)])
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


def interrupted_at(monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    """End the process, as a CI job does, when this cell begins to be played."""
    usual = assessing.RunProgress

    class Interrupting(usual):  # type: ignore[misc, valid-type]
        def hear(self, record: Record) -> None:
            super().hear(record)
            if isinstance(record, PlayStarted) and record.cell == cell:
                os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(assessing, "RunProgress", Interrupting)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--scenario", "stolen-cod"], "did you mean stolen-code?"),
        (["--scenario", "fixed-verifier"], "fixed-verifier"),
        (["--client", "wab"], "did you mean web?"),
        (["--hold-to", "rfc9700"], "No such option"),
    ],
)
def test_usage_errors_exit_with_4_before_anybody_signs_in(
    cli: Cli, server: Foreign, tmp_path: Path, arguments: list[str], says: str
) -> None:
    status, out, err = cli(server.target, *arguments)

    assert (status, out) == (4, "")
    assert says in err
    assert not (tmp_path / "runs").exists()


def test_without_a_target_file_there_is_nothing_to_assess(cli: Cli, tmp_path: Path) -> None:
    assert cli()[0] == 4
    status, out, err = cli(tmp_path / "none.idp.toml")

    assert (status, out) == (4, "")
    assert "none.idp.toml" in err
    assert "codejack init" in err


def test_a_mistake_in_the_file_is_told_with_its_line(cli: Cli, tmp_path: Path) -> None:
    text = GOOD.replace("client_id", "cleint_id")

    status, out, err = cli(write(tmp_path, text))

    assert (status, out) == (4, "")
    assert f"demo.idp.toml:{line_with(text, 'cleint_id')}" in err
    assert "client_id" in err


def test_a_secret_that_is_missing_is_a_mistake_in_the_file(cli: Cli, server: Foreign) -> None:
    (server.target.parent / "secrets" / "web").unlink()

    status, out, err = cli(server.target)

    assert (status, out) == (4, "")
    assert "secrets/web" in err


def test_a_server_that_nobody_reaches_exits_with_3(
    cli: Cli, server: Foreign, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"https://localhost:{taken.getsockname()[1]}/realm"
    server.write(server.issuer, nowhere)

    status, out, err = cli(server.target)

    assert (status, out) == (3, "")
    assert err.startswith("codejack: ")
    assert nowhere in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.stage
@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("alice", "the victim cannot sign in at client spa"),
        ("mallory", "the attacker cannot sign in at client spa"),
        ("web", "the victim cannot sign in at client web"),
    ],
)
def test_where_somebody_cannot_sign_in_nothing_is_attacked(
    cli: Cli, server: Foreign, tmp_path: Path, secret: str, says: str
) -> None:
    (server.target.parent / "secrets" / secret).write_text("mistyped")

    status, out, err = cli(server.target)

    assert (status, out) == (3, "")
    assert says in err
    assert "Nothing was attacked." in err
    assert "mistyped" not in err
    logs = list((tmp_path / "runs").rglob("*.jsonl"))
    assert {start.kind for log in logs for start in read_log(log).of(PlayStarted)} == {"control"}
    for log in logs:
        assert b"mistyped" not in log.read_bytes()


def too_many(app: ASGIApp) -> ASGIApp:
    """The same, with a lock on its door."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/authorize"):
            await PlainTextResponse("Not so fast.", 429)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return answer


@pytest.mark.stage
def test_a_server_that_wants_no_logins_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    with foreign(tmp_path, wrap=too_many) as locked:
        status, out, err = cli(locked.target)

    assert (status, out) == (3, "")
    assert "the server has answered 429" in err
    assert "Traceback" not in err


@pytest.mark.stage
def test_a_sound_server_is_green_and_all_outputs_are_there(cli: Cli, server: Foreign) -> None:
    status, out, err = cli(server.target, *TWO, "--json")

    assert status == 0, err
    answer = json.loads(out)
    assert Path(answer["log"]).is_file()
    assert answer["outputs"]
    for path in answer["outputs"].values():
        assert Path(path).stat().st_size
    stored = read_log(Path(answer["log"]))
    assert {cell.id for cell in stored.started.plan} == {
        f"{scenario}/access-log/{client}"
        for scenario in ("stolen-code", "replayed-code")
        for client in ("web", "spa")
    }
    assert {posture.declared_in for posture in stored.started.postures} == {str(server.target)}


@pytest.mark.stage
def test_only_the_clients_that_are_named_are_attacked(cli: Cli, server: Foreign) -> None:
    status, out, _ = cli(server.target, *TWO, "--client", "spa")

    assert status == 0
    assert out.startswith("0 findings: green")
    assert "web" not in out.split("report:")[0]


@pytest.mark.stage
def test_a_weakness_is_a_finding_and_exits_with_1(cli: Cli, tmp_path: Path) -> None:
    with foreign(tmp_path, replace(LIKE_OTHERS, code_reusable=True)) as weak:
        status, out, _ = cli(weak.target, *TWO, "--client", "spa")
        weak.write("[clients.web]", '[policy]\ntolerate = ["code_reusable"]\n\n[clients.web]')
        tolerated, _, _ = cli(weak.target, *TWO, "--client", "spa")

    assert status == 1
    assert "1 findings: not green" in out
    assert tolerated == 0


@pytest.mark.stage
def test_who_has_nothing_to_play_has_not_passed(cli: Cli, server: Foreign) -> None:
    status, out, _ = cli(server.target, "--scenario", "secret-left-out", "--client", "spa")

    assert status == 5
    assert "1 scenarios apply to no client." in " ".join(out.split())


@pytest.mark.stage
def test_what_was_interrupted_is_not_green_and_can_be_gone_on_with(
    cli: Cli, server: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupted_at(patch, "replayed-code/access-log/spa")
        status, out, _ = cli(server.target, *TWO, "--client", "spa", "--json")

    first = Path(json.loads(out)["log"])
    assert status == 2
    assert read_log(first).finished is not None
    assert read_log(first).finished.outcome == "interrupted"  # type: ignore[union-attr]

    status, out, _ = cli(
        *(server.target, *TWO, "--client", "spa", "--json", "--resume", first.parent)
    )

    assert status == 0
    again = read_log(Path(json.loads(out)["log"]))
    played = [start.play for start in again.of(PlayStarted)]
    assert len(set(played)) == len(played)
    attacked = [start.cell for start in again.of(PlayStarted) if start.cell]
    assert attacked.count("replayed-code/access-log/spa") == 1


@pytest.mark.stage
def test_an_interruption_while_looking_first_attacks_nothing(
    cli: Cli, server: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_at(monkeypatch, "")  # the honest logins are of no cell

    status, out, err = cli(server.target, *TWO)

    assert (status, out) == (2, "")
    assert "Nothing was attacked." in err
    assert not list((tmp_path / "runs").glob("*/run.jsonl"))


@pytest.mark.stage
def test_what_is_no_run_cannot_be_gone_on_with(cli: Cli, server: Foreign, tmp_path: Path) -> None:
    status, out, err = cli(server.target, *TWO, "--resume", tmp_path)

    assert (status, out) == (4, "")
    assert "run.jsonl" in err
