"""The command line as a user meets it: what it prints where, and with which exit code."""

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from codejack.cli import main
from reports.runlog import StoredRun
from scenarios.registry import all_scenarios
from tests.reports.page.sample import sample

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["codejack", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "run.jsonl", sample()[0])


def write(path: Path, run: StoredRun) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in run.records))
    return path


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


def test_list_as_json_is_one_object(cli: Cli) -> None:
    status, out, err = cli("list", "--json")

    assert status == 0
    assert not err
    assert [one["id"] for one in json.loads(out)["scenarios"]] == list(all_scenarios())


def test_judge_prints_the_cells_of_a_stored_run(cli: Cli, log: Path) -> None:
    status, out, _ = cli("judge", log, "--json")

    answer = json.loads(out)
    assert status == 3  # one cell of the sample is undecided
    assert answer["log"] == str(log)
    assert answer["report"] is None
    assert set(answer["cells"][0]) == {
        "scenario",
        "channel",
        "posture",
        "observed",
        "expected",
        "gate",
        "reason",
        "seconds",
    }


def test_judge_for_people_says_what_is_undecided_and_why(cli: Cli, log: Path) -> None:
    status, out, _ = cli("judge", log)

    assert status == 3
    assert "UNDECIDED" in out
    assert "inconclusive" in out


def test_report_is_written_beside_the_log_and_the_same_each_time(cli: Cli, log: Path) -> None:
    status, out, _ = cli("report", log)
    first = log.with_name("report.html").read_bytes()
    cli("report", log)

    assert status == 0
    assert out.strip() == str(log.with_name("report.html"))
    assert log.with_name("report.html").read_bytes() == first


def test_a_report_that_cannot_be_written_is_one_line(cli: Cli, log: Path, tmp_path: Path) -> None:
    status, _, err = cli("report", log, "--output", tmp_path / "no" / "such" / "folder.html")

    assert status == 3
    assert "cannot be written" in one_line(err)


def test_a_log_that_was_cut_short_is_judged_as_far_as_it_goes(cli: Cli, log: Path) -> None:
    whole = log.read_bytes()
    log.write_bytes(whole[: len(whole) * 2 // 3])

    status, out, _ = cli("judge", log, "--json")

    cells = json.loads(out)["cells"]
    assert status == 3
    assert len(cells) == len(sample()[0].started.plan)
    assert any(cell["gate"] == "UNDECIDED" for cell in cells)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no complete record"),
        (b'{"record": "started"', "no complete record"),
        (b"\x7fELF\x00\xff\n", "no run log"),
        (b'{"schema_version": 99}\n', "Update codejack"),
        (b"[]\n", "no run log"),
    ],
)
@pytest.mark.parametrize("command", ["judge", "report"])
def test_what_is_no_run_log_gets_one_line_and_the_remedy(
    cli: Cli, log: Path, content: bytes, says: str, command: str
) -> None:
    log.write_bytes(content)

    status, out, err = cli(command, log)

    assert status == 4
    assert not out
    assert says in one_line(err)


def test_a_missing_log_gets_one_line(cli: Cli, tmp_path: Path) -> None:
    status, _, err = cli("judge", tmp_path / "none.jsonl")

    assert status == 4
    assert "No such file" in one_line(err)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "stolen-cod"], "did you mean stolen-code?"),
        (["run", "stolen-code", "--posture", "S256"], "did you mean s256?"),
        (["demo", "--channel", "carrier-pigeon"], "there are custom-scheme"),
        (["run"], "Missing argument"),
        (["dmeo"], "No such command"),
        (["demo", "--port", "70000"], "Invalid value"),
        (["demo", "--heded"], "No such option"),
    ],
)
def test_usage_errors_exit_with_4_and_say_what_there_is(
    cli: Cli, arguments: list[str], says: str
) -> None:
    status, out, err = cli(*arguments)

    assert status == 4
    assert not out
    assert says in err


@pytest.mark.parametrize("command", ["demo", "run", "list", "judge", "report", "doctor"])
def test_every_command_explains_itself(cli: Cli, command: str) -> None:
    status, out, _ = cli(command, "--help")

    assert status == 0
    assert "Usage: codejack" in out


def test_a_missing_browser_is_one_line_with_the_remedy(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CODEJACK_BROWSER", "/no/such/browser")

    status, out, err = cli("demo", "--json", "--output", tmp_path / "runs")

    assert status == 3
    assert not out
    assert "CODEJACK_BROWSER=/no/such/browser does not exist" in one_line(err)
    assert not (tmp_path / "runs").exists()


def test_headed_without_a_display_is_one_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, browser: object
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    status, _, err = cli("run", "injected-code", "--headed", "--output", tmp_path)

    assert status == 3
    assert "xvfb-run" in err


def test_a_folder_that_cannot_be_created_is_one_line(
    cli: Cli, tmp_path: Path, browser: object
) -> None:
    (tmp_path / "file").touch()

    status, _, err = cli("run", "injected-code", "--output", tmp_path / "file")

    assert status == 3
    assert "Choose another with --output." in err


def test_a_fault_of_the_tool_s_own_is_no_finding(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("codejack.cli.app", broken)

    status, out, err = cli("list")

    assert (status, out) == (3, "")
    assert "out of luck" in err


@pytest.mark.stage
def test_a_taken_port_is_one_line_with_the_remedy(
    cli: Cli, tmp_path: Path, browser: object
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, out, err = cli("run", "injected-code", "--port", port, "--output", tmp_path)

    assert status == 3
    assert not out
    assert f"Port {port} on 127.0.0.1 is taken" in err
    assert "--port" in err


@pytest.mark.stage
def test_a_run_prints_one_object_and_leaves_log_and_report(
    cli: Cli, tmp_path: Path, browser: object
) -> None:
    status, out, err = cli(
        *("run", "stolen-code", "--channel", "plaintext"),
        *("--posture", "no-pkce", "--posture", "s256"),
        *("--port", 0, "--output", tmp_path, "--json"),
    )

    answer = json.loads(out)
    assert status == 0, err
    assert [(cell["posture"], cell["observed"], cell["gate"]) for cell in answer["cells"]] == [
        ("no-pkce", "ATTACK_SUCCEEDED", "MET"),
        ("s256", "ATTACK_BLOCKED", "MET"),
    ]
    assert Path(answer["log"]).is_file()
    assert Path(answer["report"]).read_text().startswith("<!doctype html>")
    assert "stolen-code/plaintext/s256" in err  # progress


@pytest.mark.stage
def test_a_posture_that_makes_no_sense_is_not_applicable_with_a_reason(
    cli: Cli, tmp_path: Path, browser: object
) -> None:
    status, out, _ = cli(
        *("run", "fixed-verifier", "--posture", "no-pkce", "--json"),
        *("--port", 0, "--output", tmp_path),
    )

    (cell,) = json.loads(out)["cells"]
    assert status == 5  # nothing ran
    assert cell["observed"] == "NOT_APPLICABLE"
    assert "code_verifier" in cell["reason"]
