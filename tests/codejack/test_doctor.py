import json
import os
import socket
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from codejack import doctor
from codejack.doctor import Check, Status, as_json, examine, ready, render
from scenarios.stage import browser
from scenarios.stage.caretaker import Caretaker


def named(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def without_browser_launch(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests about something else: the launch takes a second."""
    monkeypatch.setattr(doctor, "_browser", lambda: Check("Browser", Status.OK, "not looked at"))


@pytest.mark.skipif(browser.find_browser() is None, reason="no browser installed")
def test_a_machine_that_has_everything_is_ready_and_the_browser_was_really_launched() -> None:
    checks = examine(free_port())

    assert [check for check in checks if check.status is Status.MISSING] == []
    assert named(checks, "Browser").found.endswith("launched headless")
    assert "mitmproxy 1" in named(checks, "Proxy").found
    assert ready(checks)


def test_a_browser_that_does_not_launch_is_missing_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chrome"
    broken.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Chromium 150.0" && exit\n'
        'echo "chrome: error while loading shared libraries: libnss3.so" >&2; exit 127\n'
    )
    broken.chmod(0o755)
    monkeypatch.setenv("CODEJACK_BROWSER", str(broken))

    found = named(examine(free_port()), "Browser")

    assert found.status is Status.MISSING
    assert "does not launch" in found.found
    assert "install-deps chromium" in found.remedy


def test_a_browser_that_hangs_is_given_up_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    hanging = tmp_path / "chrome"
    hanging.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "Chromium 150.0" && exit\n'
        f"echo $$ > {pid_file}; exec sleep 600\n"
    )
    hanging.chmod(0o755)
    monkeypatch.setenv("CODEJACK_BROWSER", str(hanging))
    monkeypatch.setattr(doctor, "_PATIENCE_SECONDS", 8)  # a busy machine is slow to begin

    found = doctor._browser()

    assert found.status is Status.MISSING
    assert "no answer within 8 s" in found.found
    assert not Path(f"/proc/{pid_file.read_text().strip()}").exists()


@pytest.mark.usefixtures("without_browser_launch")
@pytest.mark.parametrize(
    ("host", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)]
)
def test_a_taken_port_is_missing_and_says_how_to_find_its_holder(
    host: str, family: socket.AddressFamily
) -> None:
    with socket.socket(family) as holder:
        try:
            holder.bind((host, 0))
        except OSError:
            pytest.skip("no IPv6 loopback")
        holder.listen()
        port = holder.getsockname()[1]

        checks = examine(port)

    found = named(checks, f"Port {port} on {host}")
    assert found.status is Status.MISSING
    assert f"sport = :{port}" in found.remedy
    assert not ready(checks)


@pytest.mark.usefixtures("without_browser_launch")
def test_missing_desktop_tools_are_a_warning_and_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    checks = examine(free_port())

    found = named(checks, "Custom-scheme dispatch")
    assert found.status is Status.WARNING
    assert "channel is skipped" in found.found
    assert found.remedy == "apt-get install desktop-file-utils xdg-utils"
    assert ready(checks)


@pytest.mark.usefixtures("without_browser_launch")
def test_leftovers_of_a_crashed_run_are_named_and_those_of_a_living_one_are_not() -> None:
    with Caretaker() as living, Caretaker() as crashed:
        crashed._sweeper.kill()
        crashed._sweeper.wait()
        marked = os.environ | crashed.environment()
        orphan = subprocess.Popen(["sleep", "600"], env=marked)

        found = named(examine(free_port()), "Leftovers of crashed runs")

        assert found.status is Status.WARNING
        assert f"process {orphan.pid}" in found.found
        assert str(crashed.directory) in found.remedy
        assert str(living.directory) not in found.found
    orphan.wait()


@pytest.mark.usefixtures("without_browser_launch")
def test_a_run_directory_that_is_a_file_is_missing(tmp_path: Path) -> None:
    blocked = tmp_path / "runs"
    blocked.write_text("")

    found = named(examine(free_port(), runs=blocked), "Stored runs")

    assert found.status is Status.MISSING


@pytest.mark.usefixtures("without_browser_launch")
def test_examining_creates_nothing(tmp_path: Path) -> None:
    examine(free_port(), runs=tmp_path / "reports" / "runs")

    assert list(tmp_path.iterdir()) == []


def test_a_driver_that_is_absent_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'No module named playwright' >&2; exit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))

    found = doctor._driver()

    assert found.status is Status.MISSING
    assert found.found == "Playwright does not start: No module named playwright"
    assert "uv sync" in found.remedy


def test_the_table_shows_brackets_as_they_are() -> None:
    console = Console(width=120, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123

    console.print(render([Check("Name", Status.MISSING, "[red]/a[/b]", "[bold]do[/bold]")]))

    text = console.export_text()
    assert "[red]/a[/b]" in text
    assert "[bold]do[/bold]" in text


def test_the_json_is_one_plain_object() -> None:
    checks = [Check("One", Status.OK, "here"), Check("Two", Status.MISSING, "gone", "get it")]

    assert json.loads(json.dumps(as_json(checks))) == {
        "ready": False,
        "checks": [
            {"name": "One", "status": "ok", "found": "here", "remedy": ""},
            {"name": "Two", "status": "missing", "found": "gone", "remedy": "get it"},
        ],
    }
