"""A device of the victim: apps, and the operating system that chooses among them.

The choice is made by the real ``xdg-open``, from real ``.desktop`` files in a private XDG home.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reports import actors

OpenUrl = Callable[[str], Awaitable[None]]

WEB = "https"
_TIMEOUT_SECONDS = 30.0
_DESKTOP_FILE = """[Desktop Entry]
Type=Application
Name={name}
Exec={command} %u
MimeType={types};
"""


class DispatchFailedError(Exception):
    """The operating system could not hand a URL to an app, or the app failed."""


@dataclass(frozen=True)
class App:
    """An installed app: the ``actor`` it is in the run log, its schemes, and how it is started."""

    name: str
    actor: str
    schemes: tuple[str, ...]
    command: tuple[str, ...]

    @property
    def desktop_file(self) -> str:
        """The file name by which the operating system knows it."""
        return f"{self.actor}.desktop"


def python(script: str, *arguments: str) -> tuple[str, ...]:
    """A command that runs one of our small stand-alone scripts, without site packages."""
    return (sys.executable, "-I", "-S", script, *arguments)


class Device:
    """One private XDG home. Apps are installed in order: the last to claim a scheme gets it."""

    def __init__(self, home: Path, environment: dict[str, str], apps: Iterable[App]) -> None:
        self._home = home
        self._apps = {app.desktop_file: app for app in apps}
        self._chosen: dict[str, App] = {}
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            # Only what this device has installed: no app of the machine may answer.
            "XDG_DATA_DIRS": str(home / "none"),
            "XDG_CONFIG_DIRS": str(home / "none"),
            # xdg-open consults handlers only when there is a display; none is ever opened.
            "DISPLAY": os.environ.get("DISPLAY") or ":codejack",
            # Its last resort is any browser it can find, which would not go through the proxy.
            "BROWSER": "/bin/false",
        } | environment

    async def install(self) -> None:
        """Write the ``.desktop`` files and register each app, as its installer would."""
        folder = self._home / "share" / "applications"
        folder.mkdir(parents=True)
        (self._home / "config").mkdir()
        for app in self._apps.values():
            types = [f"x-scheme-handler/{scheme}" for scheme in app.schemes]
            entry = _DESKTOP_FILE.format(
                name=app.name, command=" ".join(app.command), types=";".join(types)
            )
            (folder / app.desktop_file).write_text(entry)
            await self._run("update-desktop-database", str(folder))
            await self._run("xdg-mime", "default", app.desktop_file, *types)

    async def chosen_for(self, url: str) -> App:
        """The app that the operating system would start for a URL."""
        scheme = urlsplit(url).scheme
        if scheme not in self._chosen:
            answer = await self._run("xdg-mime", "query", "default", f"x-scheme-handler/{scheme}")
            if answer.strip() not in self._apps:
                raise DispatchFailedError(f"no app is installed for {scheme}:")
            self._chosen[scheme] = self._apps[answer.strip()]
        return self._chosen[scheme]

    async def open(self, url: str) -> App:
        """Have the operating system open a URL, and wait for the app; the app it chose.

        Raises :class:`DispatchFailedError`.
        """
        app = await self.chosen_for(url)
        await self._run("xdg-open", url)
        return app

    async def launch(self, command: Iterable[str]) -> None:
        """Start a program on this device, as the user would, and wait for it.

        Raises :class:`DispatchFailedError`.
        """
        await self._run(*command)

    async def start(self, command: Iterable[str]) -> asyncio.subprocess.Process:
        """Start a program on this device; the caller reads what it says, and waits for its end."""
        return await asyncio.create_subprocess_exec(
            *command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def _run(self, *command: str) -> str:
        process = await self.start(command)
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                output, errors = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.communicate()
            raise DispatchFailedError(f"{Path(command[0]).name} did not end") from None
        if process.returncode:
            # Not the whole text: it may repeat its arguments, and those carry codes.
            lines = errors.decode(errors="replace").strip().splitlines()
            raise DispatchFailedError(
                f"{Path(command[0]).name} failed with {process.returncode} "
                f"({lines[-1] if lines else 'without a word'})"
            )
        return output.decode()


class BrowserDoor:
    """The socket through which :mod:`scenarios.stage.open_in_browser` reaches the browser."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open_url: OpenUrl | None = None
        self.failure: Exception | None = None

    @property
    def app(self) -> App:
        """The browser as an installed app: what web addresses are opened with."""
        command = python(str(Path(__file__).with_name("open_in_browser.py")), str(self.path))
        return App("Browser", actors.VICTIM_BROWSER, (WEB,), command)

    async def start(self) -> asyncio.Server:
        """Listen; the caller closes the server."""
        return await asyncio.start_unix_server(self._serve, self.path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        url = (await reader.readline()).decode().strip()
        try:
            if self.open_url is None:
                raise DispatchFailedError("nobody is at the browser")
            await self.open_url(url)
            writer.write(b"opened\n")
        except Exception as error:
            self.failure = error
            writer.write(b"failed\n")
        finally:
            await writer.drain()
            writer.close()
