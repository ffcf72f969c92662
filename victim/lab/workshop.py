"""Where a server of the lab is built and kept: its folders, its port, its made-up secrets."""

import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "127.0.0.1"
_INSTALLED = ".codejack-installed"


@dataclass(frozen=True)
class Workshop:
    """What one server may use: ``state`` is its own, ``packages`` it shares with all others.

    Every file written here is for this user alone. ``tell`` takes lines of progress for people.
    """

    state: Path
    packages: Path
    tell: Callable[[str], None]

    @property
    def port(self) -> int:
        """Where it listens: one that was free when it was first asked for, and kept since."""
        kept = self.state / "port"
        if not kept.exists():
            self.write("port", str(free_port()))
        return int(kept.read_text())

    def settle(self) -> None:
        """Take another port if somebody else has come to listen at the one that was kept."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, self.port))
            except OSError:
                self.write("port", str(free_port()))

    @property
    def url(self) -> str:
        """Its own address, without a slash at the end."""
        return f"http://{ADDRESS}:{self.port}"

    def secret(self, name: str) -> str:
        """A made-up password or secret, the same at every start; kept in :meth:`secret_file`."""
        path = self.state / secret_file(name)
        if not path.exists():
            self.write(secret_file(name), secrets.token_urlsafe(24))
        return path.read_text()

    def write(self, name: str, text: str) -> Path:
        """Write a file into the state folder, with mode 0600; its path."""
        path = self.state / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        return path

    def installed(self, name: str, key: str, install: Callable[[Path], None]) -> Path:
        """The folder below ``packages`` of that name, filled by ``install`` unless it has been.

        ``key`` is what was asked for, such as the text of a lock file: with another one, or after
        an installation that was cut short, it is filled anew. Two starts at once wait for each
        other.
        """
        folder = self.packages / name
        with locked(self.packages / f"{name}.lock"):
            stamp = folder / _INSTALLED
            if not stamp.exists() or stamp.read_text() != key:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                install(folder)
                stamp.write_text(key)
        return folder


def secret_file(name: str) -> str:
    """Where a secret lies, seen from the target file."""
    return f"secrets/{name}"


def free_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file; waits for whoever else holds it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
