"""Examines the machine: what is there, what is missing, and what to do about it."""

import importlib
import os
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from scenarios.stage import caretaker
from scenarios.stage.browser import (
    DESKTOP_TOOLS,
    BrowserMissingError,
    find_browser,
    missing_desktop_tools,
)
from scenarios.stage.options import LOOPBACK_PORT

RUNS = Path("reports/runs")
_PATIENCE_SECONDS = 20
_LAUNCH = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as driver:
    options = {"executable_path": sys.argv[1]} if sys.argv[1] else {}
    # The sandbox needs privileges that root in a container lacks; the page is our own.
    browser = driver.chromium.launch(chromium_sandbox=False, **options)
    page = browser.new_page()
    page.set_content("<title>codejack</title>")
    assert page.title() == "codejack"
    print(browser.version)
    browser.close()
"""


class Status(StrEnum):
    """``warning``: something is skipped or worse for it. ``missing``: nothing can be played."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. ``remedy`` says what to do; empty when there is nothing."""

    name: str
    status: Status
    found: str
    remedy: str = ""


def examine(port: int = LOOPBACK_PORT, runs: Path = RUNS) -> list[Check]:
    """Look at everything a run needs; installs nothing and changes nothing.

    Launches the browser for real, so it takes a second or two.
    """
    return [
        _python(),
        _proxy(),
        _driver(),
        _browser(),
        _port("127.0.0.1", port),
        _ipv6(port),
        _desktop_tools(),
        _display(os.environ),
        _proc(),
        _writable("Temporary files", Path(tempfile.gettempdir()), "Set TMPDIR to a folder"),
        _writable("Stored runs", runs, "Choose a working folder"),
        _leftovers(),
    ]


def ready(checks: list[Check]) -> bool:
    """Whether a run can be played: warnings do not stand in its way."""
    return all(check.status is not Status.MISSING for check in checks)


def render(checks: list[Check]) -> Table:
    """The checks as a table for a terminal."""
    styles = {Status.OK: "green", Status.WARNING: "yellow", Status.MISSING: "bold red"}
    table = Table(title="codejack doctor", title_justify="left")
    for heading in ("", "status", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        # Text, not markup: a path or an error message may hold square brackets.
        status = Text(check.status, styles[check.status])
        table.add_row(Text(check.name), status, Text(check.found), Text(check.remedy))
    return table


def as_json(checks: list[Check]) -> dict[str, Any]:
    """``{"ready": bool, "checks": [{"name", "status", "found", "remedy"}, ...]}``."""
    return {"ready": ready(checks), "checks": [asdict(check) for check in checks]}


def _python() -> Check:
    found = f"{sys.version.split()[0]} ({sys.executable})"
    if sys.version_info[:2] == (3, 13):
        return Check("Python", Status.OK, found)
    return Check("Python", Status.MISSING, found, "Run codejack with Python 3.13: make demo.")


def _proxy() -> Check:
    name, remedy = "Proxy", "uv sync --locked --reinstall"
    try:
        importlib.import_module("mitmproxy.tools.dump")
        return Check(name, Status.OK, f"mitmproxy {version('mitmproxy')}")
    except Exception as error:  # whatever a damaged installation throws is the finding
        return Check(name, Status.MISSING, f"mitmproxy cannot be imported: {error}", remedy)


def _driver() -> Check:
    name, remedy = "Browser driver", "uv sync --locked --reinstall"
    problem, output = _attempt([sys.executable, "-m", "playwright", "--version"])
    if problem:
        return Check(name, Status.MISSING, f"Playwright does not start: {problem}", remedy)
    return Check(name, Status.OK, f"Playwright {output.removeprefix('Version ')}")


def _browser() -> Check:
    name = "Browser"
    try:
        browser = find_browser()
    except BrowserMissingError as error:
        what, _, remedy = str(error).partition(". ")
        return Check(name, Status.MISSING, what, remedy)
    if not browser:
        remedy = "make demo installs one where it can; or install Chrome or Chromium."
        return Check(name, Status.MISSING, "no Chrome or Chromium", remedy)
    found = f"{browser.version}, {browser.path or browser.origin}"
    problem, _ = _attempt([sys.executable, "-c", _LAUNCH, str(browser.path or "")])
    if not problem:
        return Check(name, Status.OK, f"{found}, launched headless")
    remedy = (
        "Install the system libraries it needs "
        f"(as root: {sys.executable} -m playwright install-deps chromium), "
        "or set CODEJACK_BROWSER to another one."
    )
    return Check(name, Status.MISSING, f"{found}, does not launch: {problem}", remedy)


def _attempt(command: list[str]) -> tuple[str, str]:
    """Run a command; what went wrong (empty when nothing did) and its output."""
    # Whatever was launched ends with the block, also when the launch hangs.
    with caretaker.Caretaker() as stage:
        try:
            answer = subprocess.run(
                command,
                env=os.environ | stage.environment(),
                capture_output=True,
                text=True,
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {_PATIENCE_SECONDS} s", ""
        except OSError as error:
            return str(error), ""
    return _reason(answer.stderr) if answer.returncode else "", answer.stdout.strip()


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error while loading" in line or "Error: " in line]
    found = (telling or lines or ["it said nothing"])[0]
    return found.removeprefix("playwright._impl._errors.")


def _port(host: str, port: int, family: socket.AddressFamily = socket.AF_INET) -> Check:
    name = f"Port {port} on {host}"
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            # As the servers bind: connections of an earlier run that still fade do not count.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family is socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((host, port))
            listener.listen()
    except OSError as error:
        remedy = f"End the program that holds it (ss -ltnp 'sport = :{port}' names it)."
        return Check(name, Status.MISSING, str(error.strerror), remedy)
    return Check(name, Status.OK, "free")


def _ipv6(port: int) -> Check:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        found = f"no IPv6 loopback ({error.strerror}): the localhost channel is skipped"
        remedy = "sysctl net.ipv6.conf.lo.disable_ipv6=0, or an IPv6-enabled container."
        return Check("IPv6 loopback", Status.WARNING, found, remedy)
    return _port("::1", port, socket.AF_INET6)


def _desktop_tools() -> Check:
    name = "Custom-scheme dispatch"
    missing = missing_desktop_tools()
    if not missing:
        return Check(name, Status.OK, ", ".join(DESKTOP_TOOLS))
    packages = " ".join(sorted({DESKTOP_TOOLS[tool] for tool in missing}))
    found = f"{', '.join(missing)} not found: the custom-scheme channel is skipped"
    return Check(name, Status.WARNING, found, f"apt-get install {packages}")


def _display(environment: Mapping[str, str]) -> Check:
    for variable in ("WAYLAND_DISPLAY", "DISPLAY"):
        if value := environment.get(variable):
            return Check("Display", Status.OK, f"{variable}={value}")
    remedy = "For --headed only: a desktop session, or xvfb-run."
    return Check("Display", Status.OK, "none; only --headed needs one", remedy)


def _proc() -> Check:
    name = "Process list"
    if Path("/proc/self/environ").is_file() and os.access("/proc/self/environ", os.R_OK):
        return Check(name, Status.OK, "/proc is readable")
    found = "/proc is not readable: processes of a killed run could stay behind"
    return Check(name, Status.MISSING, found, "mount -t proc proc /proc")


def _writable(name: str, folder: Path, remedy: str) -> Check:
    # A folder that is yet to be made is as good as the nearest one above that exists.
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Check(name, Status.MISSING, f"{folder}: {error.strerror}", f"{remedy} to write to.")
    return Check(name, Status.OK, f"{folder} is writable")


def _leftovers() -> Check:
    name = "Leftovers of crashed runs"
    processes = [str(pid) for pid in caretaker.leftover_processes()]
    folders = [str(path) for path in caretaker.leftover_directories()]
    if not processes and not folders:
        return Check(name, Status.OK, "none")
    found = [f"process {pid}" for pid in processes] + folders
    commands = [f"kill {' '.join(processes)}"] if processes else []
    commands += [f"rm -r {shlex.join(folders)}"] if folders else []
    return Check(name, Status.WARNING, ", ".join(found), "; ".join(commands))
