"""Starts real servers, waits until they serve, and ends what it started."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import msgspec

from victim.lab import processes
from victim.lab.server import LabError, LabServer, Launch
from victim.lab.workshop import Workshop, locked

_POLL_SECONDS = 0.1
_LAST_LINES = 15
_RECORD = "running.json"
_LOG = "server.log"
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def cache_folder() -> Path:
    """Where the lab keeps what it installs and what its servers write."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "codejack"


class Lab:
    """Servers side by side, each with a folder of its own below ``states``.

    Two labs with the same ``states`` know of each other's servers; ``packages`` may be shared by
    any. The default of both is in the user's cache. ``tell`` takes lines of progress.
    """

    def __init__(
        self,
        states: Path | None = None,
        packages: Path | None = None,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.states = states or cache_folder() / "lab"
        self.packages = packages or cache_folder() / "packages"
        self._tell = tell
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def workshop(self, server: LabServer) -> Workshop:
        """What that server may use."""
        return Workshop(self.states / server.name, self.packages, self._tell)

    def target_path(self, server: LabServer) -> Path:
        """Where the target file of that server is, once it was started."""
        return self.states / server.name / f"{server.name}.idp.toml"

    def log_path(self, server: LabServer) -> Path:
        """Where its output since the last start is."""
        return self.states / server.name / _LOG

    def is_running(self, server: LabServer) -> bool:
        """Whether the process that was started for it lives."""
        record = self._record(server)
        return record is not None and processes.is_alive(record)

    def start(self, server: LabServer) -> Path:
        """Install it if need be, start it, and wait until it serves; the path of its target file.

        One that runs already is left alone. Raises :class:`LabError`; then nothing runs.
        """
        try:
            with locked(self.states / server.name / "lock"):
                if not self.is_running(server):
                    self._end(server)  # what a leader that died has left behind
                    self._start(server)
        except OSError as error:
            raise LabError(f"{server.name} cannot be started: {error}.") from error
        return self.target_path(server)

    def stop(self, server: LabServer) -> bool:
        """End it and all its processes; whether there was anything to end.

        Raises :class:`LabError` when a process withstands.
        """
        try:
            with locked(self.states / server.name / "lock"):
                return self._end(server)
        except OSError as error:
            raise LabError(f"{server.name} cannot be stopped: {error}.") from error

    @contextmanager
    def running(self, server: LabServer) -> Iterator[Path]:
        """A block with the server started, and surely stopped; gives its target file's path."""
        try:
            yield self.start(server)
        finally:
            self.stop(server)

    @asynccontextmanager
    async def serving(self, server: LabServer) -> AsyncIterator[Path]:
        """The same for asynchronous code, which goes on while the server comes up."""
        try:
            yield await asyncio.to_thread(self.start, server)
        finally:
            await asyncio.to_thread(self.stop, server)

    def _start(self, server: LabServer) -> None:
        if problems := server.problems():
            raise LabError(f"{server.name} cannot be started: {' '.join(problems)}")
        workshop = self.workshop(server)
        workshop.settle()
        server.prepare(workshop)
        workshop.write(self.target_path(server).name, server.target_file(workshop))
        workshop.tell(f"Starting {server.title} at {workshop.url}")
        try:
            self._launch(server, server.launch(workshop))
            self._wait_until_ready(server, workshop.url + server.ready)
        except BaseException:
            self._end(server)
            raise

    def _launch(self, server: LabServer, launch: Launch) -> None:
        state = self.states / server.name
        mark = {processes.MARK: str(state)}
        with os.fdopen(os.open(self.log_path(server), _WRITE, 0o600), "wb") as log:
            child = subprocess.Popen(
                launch.command,
                cwd=launch.folder,
                env=os.environ | dict(launch.environment) | mark,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # it outlives this command, and Ctrl-C is not meant for it
            )
        self._children[server.name] = child
        record = msgspec.json.encode(processes.leader(child.pid))
        self.workshop(server).write(_RECORD, record.decode())

    def _wait_until_ready(self, server: LabServer, url: str) -> None:
        end = time.monotonic() + server.patience_seconds
        with httpx.Client(trust_env=False, timeout=10) as http:
            while self.is_running(server):
                if _serves(http, url):
                    return
                if time.monotonic() > end:
                    raise self._failure(server, f"was not ready in {server.patience_seconds:g} s")
                time.sleep(_POLL_SECONDS)
        raise self._failure(server, "ended before it was ready")

    def _failure(self, server: LabServer, what: str) -> LabError:
        path = self.log_path(server)
        last = path.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return LabError("\n".join([f"{server.name} {what}. The end of {path}:", *last]))

    def _end(self, server: LabServer) -> bool:
        record = self._record(server)
        if record is None:
            return False
        state = self.states / server.name
        was_there = processes.is_alive(record)
        if not processes.end(record, str(state)):
            raise LabError(f"{server.name} does not end. As its owner: kill -9 -{record.pid}")
        if child := self._children.pop(server.name, None):
            child.wait()
        (state / _RECORD).unlink()
        return was_there

    def _record(self, server: LabServer) -> processes.Leader | None:
        try:
            text = (self.states / server.name / _RECORD).read_bytes()
            return msgspec.json.decode(text, type=processes.Leader)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def _serves(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(url, follow_redirects=False).status_code < 400
    except httpx.HTTPError:
        return False
