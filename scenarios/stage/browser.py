"""Provides a Chromium, so that a fresh machine needs nothing installed by hand.

What is already there is preferred to what would have to be fetched: the browser the user names,
an installed one, one that Playwright downloaded earlier, Debian's package, Playwright's download.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
DESKTOP_TOOLS = {
    "xdg-open": "xdg-utils",
    "xdg-mime": "xdg-utils",
    "update-desktop-database": "desktop-file-utils",
}
"""What dispatches a custom URI scheme on Linux, and the Debian package each tool comes in."""

type Report = Callable[[str], None]
"""Takes one line for the user: what is being done, and why it may take a while."""

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_INSTALL_SECONDS = 900


class BrowserMissingError(Exception):
    """No browser could be provided; the message is one line that ends with the remedy."""


@dataclass(frozen=True)
class Browser:
    """A Chromium that answered when asked for its version.

    ``path`` is ``None`` for Playwright's own download, which Playwright finds by itself.
    ``origin`` tells the user where it comes from and what was done for it.
    """

    path: Path | None
    version: str
    origin: str


def find_browser() -> Browser | None:
    """The browser that is already there, or ``None``; nothing is installed.

    Raises :class:`BrowserMissingError` when ``CODEJACK_BROWSER`` names something that is no
    browser: silently taking another one would hide the user's mistake.
    """
    return _named() or _installed() or _downloaded()


def provide_browser(report: Report) -> Browser:
    """Find a browser, or install one; every step that takes time is reported.

    Safe to call from several processes at once: one of them installs, the others wait and find.
    Raises :class:`BrowserMissingError`.
    """
    if found := find_browser():
        return found
    with _one_at_a_time(report):
        return find_browser() or _from_debian(report) or _from_playwright(report)


def provide_desktop_tools(report: Report) -> str:
    """Make sure that a custom URI scheme can be dispatched by the operating system.

    Returns an empty string, or the reason why the custom-scheme channel has to be skipped.
    """
    if not missing_desktop_tools():
        return ""
    with _one_at_a_time(report):
        packages = sorted({DESKTOP_TOOLS[tool] for tool in missing_desktop_tools()})
        if packages and _can_use_apt():
            report(f"Installing {' and '.join(packages)} with apt-get.")
            _apt_install(packages, report)
        missing = missing_desktop_tools()
    if not missing:
        return ""
    remedy = " ".join(sorted({DESKTOP_TOOLS[tool] for tool in missing}))
    return f"{', '.join(missing)} not found; install {remedy}"


def missing_desktop_tools() -> list[str]:
    """The tools of :data:`DESKTOP_TOOLS` that are not on PATH."""
    return [tool for tool in DESKTOP_TOOLS if not shutil.which(tool)]


def _named() -> Browser | None:
    name = os.environ.get("CODEJACK_BROWSER")
    if not name:
        return None
    path = shutil.which(name)
    remedy = "Set it to the path of a Chrome or Chromium, or unset it."
    if not path:
        what = "cannot be executed" if Path(name).exists() else "does not exist"
        raise BrowserMissingError(f"CODEJACK_BROWSER={name} {what}. {remedy}")
    version = _version(path)
    if not version:
        raise BrowserMissingError(f"CODEJACK_BROWSER={name} does not answer --version. {remedy}")
    return Browser(Path(path), version, "named by CODEJACK_BROWSER")


def _installed() -> Browser | None:
    for name in NAMES:
        # Ubuntu's chromium-browser may be a stub that only asks for a snap: it has no version.
        if (path := shutil.which(name)) and (version := _version(path)):
            return Browser(Path(path), version, f"{name} on PATH")
    return None


def _version(executable: str | Path) -> str:
    try:
        answer = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+(\.\d+)+", answer.stdout)
    return found.group() if found and answer.returncode == 0 else ""


def _downloaded() -> Browser | None:
    """What Playwright downloaded for exactly this release of itself, and can be started."""
    folders = [folder for folder in _playwright_folders() if "chromium" in folder.name]
    versions = [_version_in(folder) for folder in folders]
    if not versions or not all(versions):
        return None
    return Browser(None, versions[0], f"Playwright's own download in {folders[0].parent}")


def _playwright_folders() -> list[Path]:
    try:
        answer = _playwright("install", "--dry-run", "chromium")
    except (OSError, subprocess.TimeoutExpired):
        return []
    found = re.findall(r"^\s*Install location:\s*(\S.*?)\s*$", answer.stdout, re.MULTILINE)
    return [Path(folder) for folder in found]


def _version_in(folder: Path) -> str:
    # Playwright writes the marker last; without it the download was cut short.
    if not (folder / "INSTALLATION_COMPLETE").exists():
        return ""
    names = ("chrome", "headless_shell", "chrome-headless-shell")
    executables = (path for name in names for path in folder.glob(f"*/{name}"))
    return next(filter(None, map(_version, executables)), "")


def _from_debian(report: Report) -> Browser | None:
    if not _can_use_apt():
        return None
    report("No Chrome or Chromium found: installing Debian's with apt-get (about a minute).")
    packages = {"chromium", *(DESKTOP_TOOLS[tool] for tool in missing_desktop_tools())}
    if not _has_fonts():
        packages.add("fonts-liberation")  # without any font, screenshots show empty boxes
    if not _apt_install(sorted(packages), report):
        return None
    if not (found := _installed()):
        report("apt-get installed chromium, but it does not start.")
        return None
    return Browser(found.path, found.version, "Debian's chromium, installed now with apt-get")


def _can_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _has_fonts() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(True for folder in folders for _ in folder.rglob("*.[to]tf"))


def _apt_install(packages: Sequence[str], report: Report) -> bool:
    # A failed update is no reason to stop: the lists on the machine may do.
    _apt(report, "update")
    return _apt(report, "install", "--yes", "--no-install-recommends", *packages)


def _apt(report: Report, *arguments: str) -> bool:
    command = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        answer = _run(command, environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        report(f"apt-get {arguments[0]} failed: {error}")
        return False
    if answer.returncode:
        report(f"apt-get {arguments[0]} failed: {_last_line(answer)}")
    return answer.returncode == 0


def _from_playwright(report: Report) -> Browser:
    report("No Chrome or Chromium found: downloading Playwright's (about 300 MB, once).")
    remedy = "Install Chrome or Chromium, or set CODEJACK_BROWSER to the path of one."
    try:
        answer = _playwright("install", "chromium")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrowserMissingError(f"Playwright's download failed ({error}). {remedy}") from None
    if answer.returncode:
        reason = _last_line(answer)
        raise BrowserMissingError(f"No browser, and none to download ({reason}). {remedy}")
    if not (found := _downloaded()):
        raise BrowserMissingError(
            "Playwright's Chromium was downloaded but does not start, most likely for want of "
            f"system libraries. As root: {sys.executable} -m playwright install-deps chromium"
        )
    return Browser(None, found.version, found.origin.replace("own download", "download of now"))


def _playwright(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _run((sys.executable, "-m", "playwright", *arguments), dict(os.environ))


def _run(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_INSTALL_SECONDS,
        check=False,
    )


def _last_line(answer: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (answer.stdout + answer.stderr).splitlines()]
    errors = [line for line in lines if re.match(r"E: |Error\b", line)]
    return (errors or [line for line in lines if line] or ["no output"])[-1]


@contextmanager
def _one_at_a_time(report: Report) -> Iterator[None]:
    # The lock sits on a folder that exists anyway, so that nothing is left behind; the kernel
    # releases it with the process, however that ends.
    handle = os.open(sys.prefix, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("Waiting for another codejack that is installing what is missing.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
