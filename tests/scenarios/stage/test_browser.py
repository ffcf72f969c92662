"""A fresh machine is a PATH of our own: the commands on it are real programs that record."""

import io
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scenarios.stage.browser import (
    BrowserMissingError,
    find_browser,
    provide_browser,
    provide_desktop_tools,
)

CHROME = "#!/bin/sh\necho 'Chromium 150.0.1.2 of a test'\n"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="apt-get is used by root only")


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@dataclass
class Machine:
    """A machine with nothing on it; ``commands`` is its PATH, ``said`` what the user was told."""

    commands: Path
    said: list[str]

    def report(self, line: str) -> None:
        self.said.append(line)

    def give_apt(self, *installs: str, status: int = 0, seconds: float = 0) -> None:
        """An apt-get that records its arguments and, on install, puts programs on PATH."""
        lines = [f"echo 'E: no network' >&2; exit {status}"] if status else []
        lines += [f"/bin/sleep {seconds}"]
        for name in installs:
            copy = f"/bin/cp {program(self.commands.parent / 'pool' / name, CHROME)}"
            lines.append(f'case "$*" in *install*) {copy} {self.commands / name};; esac')
        log = self.commands.parent / "apt.log"
        first = f'#!/bin/sh\necho "$DEBIAN_FRONTEND $@" >> {log}\n'
        program(self.commands / "apt-get", first + "\n".join(lines) + "\n")

    @property
    def apt_calls(self) -> list[str]:
        log = self.commands.parent / "apt.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    commands = tmp_path / "bin"
    commands.mkdir()
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    # A port that nothing listens on: what is not served here is not fetched elsewhere.
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.delenv("CODEJACK_BROWSER", raising=False)
    return Machine(commands, [])


def archive_with_browsers() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in (
            "chrome-linux64/chrome",
            "chrome-headless-shell-linux64/chrome-headless-shell",
            "ffmpeg-linux",
        ):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, CHROME)
    return buffer.getvalue()


@pytest.fixture
def download_host(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serves Playwright's real installer an archive with small browsers."""
    body = archive_with_browsers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "google-chrome"))), reason="no browser installed"
)
def test_the_browser_of_this_machine_is_found_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CODEJACK_BROWSER", raising=False)
    said: list[str] = []

    browser = provide_browser(said.append)

    assert browser.path is not None
    assert browser.path.exists()
    assert int(browser.version.split(".")[0]) > 100
    assert said == []


def test_the_browser_the_user_names_wins_over_an_installed_one(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(machine.commands / "chromium", CHROME)
    mine = program(tmp_path / "mine", CHROME.replace("150.0.1.2", "151.0"))
    monkeypatch.setenv("CODEJACK_BROWSER", str(mine))

    browser = provide_browser(machine.report)

    assert (browser.path, browser.version) == (mine, "151.0")
    assert browser.origin == "named by CODEJACK_BROWSER"


@pytest.mark.parametrize(
    ("content", "mode", "what"),
    [
        (None, 0, "does not exist"),
        (CHROME, 0o644, "cannot be executed"),
        ("#!/bin/sh\nexit 1\n", 0o755, "does not answer --version"),
    ],
)
def test_a_named_browser_that_is_none_is_an_error_with_a_remedy(
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
    mode: int,
    what: str,
) -> None:
    program(machine.commands / "chromium", CHROME)
    wrong = tmp_path / "wrong"
    if content:
        program(wrong, content).chmod(mode)
    monkeypatch.setenv("CODEJACK_BROWSER", str(wrong))

    with pytest.raises(BrowserMissingError) as error:
        provide_browser(machine.report)

    assert what in str(error.value)
    assert "unset it" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_stub_that_only_asks_for_a_snap_is_passed_over(machine: Machine) -> None:
    program(machine.commands / "google-chrome", "#!/bin/sh\necho 'needs 1.0 snap'; exit 1\n")
    chromium = program(machine.commands / "chromium-browser", CHROME)

    browser = provide_browser(machine.report)

    assert browser.path == chromium


@as_root
def test_debian_s_package_is_installed_with_the_desktop_tools_that_are_missing(
    machine: Machine,
) -> None:
    machine.give_apt("chromium")

    browser = provide_browser(machine.report)

    assert browser.path == machine.commands / "chromium"
    assert "installed now" in browser.origin
    update, install = machine.apt_calls
    assert update.startswith("noninteractive ")
    assert update.endswith(" update")
    assert " install --yes --no-install-recommends " in install
    assert {"chromium", "xdg-utils", "desktop-file-utils"} <= set(install.split())
    assert machine.said == [
        "No Chrome or Chromium found: installing Debian's with apt-get (about a minute)."
    ]


@as_root
def test_two_workers_install_once(machine: Machine) -> None:
    machine.give_apt("chromium", seconds=0.5)
    script = "from scenarios.stage.browser import provide_browser as p; print(p(print).path)"
    command = [sys.executable, "-c", script]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
        for _ in range(2)
    ]
    answers = [worker.communicate()[0] for worker in workers]

    assert len(machine.apt_calls) == 2  # one update, one install
    assert all(answer.endswith(f"{machine.commands / 'chromium'}\n") for answer in answers)
    assert sum("Waiting for another" in answer for answer in answers) == 1


@as_root
def test_when_apt_fails_playwright_s_download_is_tried_and_both_are_told(
    machine: Machine,
) -> None:
    machine.give_apt(status=100)

    with pytest.raises(BrowserMissingError) as error:
        provide_browser(machine.report)

    assert machine.said == [
        "No Chrome or Chromium found: installing Debian's with apt-get (about a minute).",
        "apt-get update failed: E: no network",
        "apt-get install failed: E: no network",
        "No Chrome or Chromium found: downloading Playwright's (about 300 MB, once).",
    ]
    assert "ECONNREFUSED" in str(error.value)
    assert "set CODEJACK_BROWSER" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("download_host")
def test_playwright_s_download_is_used_and_found_again(machine: Machine) -> None:
    first = provide_browser(machine.report)
    again = find_browser()

    assert again is not None
    assert first.path is again.path is None
    assert first.version == again.version == "150.0.1.2"
    assert len(machine.said) == 1


@pytest.mark.usefixtures("download_host")
def test_a_download_that_was_cut_short_is_not_taken_for_a_browser(
    machine: Machine, tmp_path: Path
) -> None:
    provide_browser(machine.report)
    for marker in (tmp_path / "playwright").glob("chromium-*/INSTALLATION_COMPLETE"):
        marker.unlink()

    assert find_browser() is None


@pytest.mark.parametrize("tool", ["xdg-open", "xdg-mime", "update-desktop-database"])
def test_a_missing_desktop_tool_is_a_reason_to_skip_the_channel(
    machine: Machine, tool: str
) -> None:
    for name in {"xdg-open", "xdg-mime", "update-desktop-database"} - {tool}:
        program(machine.commands / name, "#!/bin/sh\n")

    reason = provide_desktop_tools(machine.report)

    assert reason.startswith(f"{tool} not found; install ")


@as_root
def test_desktop_tools_are_installed_by_root(machine: Machine) -> None:
    machine.give_apt("xdg-open", "xdg-mime", "update-desktop-database")

    assert provide_desktop_tools(machine.report) == ""
    assert machine.apt_calls[1].endswith(" desktop-file-utils xdg-utils")
    assert machine.said == ["Installing desktop-file-utils and xdg-utils with apt-get."]
