"""Processes that outlive the command that started them, found again and ended with certainty."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

MARK = "CODEJACK_LAB"
"""The environment variable that marks a server, and holds its state folder."""

_GRACE_SECONDS = 10.0
_GIVE_UP_SECONDS = 5.0
_POLL_SECONDS = 0.05


class Leader(msgspec.Struct, frozen=True):
    """The first process of a session of its own, told from a later one of the same id.

    ``started`` counts clock ticks since the machine's start, which ``boot`` names.
    """

    pid: int
    started: int
    boot: str


def leader(pid: int) -> Leader:
    """The living process of that id; raises :class:`ProcessLookupError`."""
    found = _look(pid)
    if found is None:
        raise ProcessLookupError(pid)
    return Leader(pid, found[1], _boot())


def is_alive(one: Leader) -> bool:
    """Whether this very process lives."""
    found = _look(one.pid)
    return found is not None and found[1] == one.started and _boot() == one.boot


def end(one: Leader, mark: str) -> bool:
    """End a session: first its processes are asked to, then they are made to.

    ``mark`` is what :data:`MARK` holds in what was started; it finds the rest of a session whose
    leader has died. Gives whether nothing of it is left.
    """
    started = time.monotonic()
    while members := _members(one, mark):
        waited = time.monotonic() - started
        if waited > _GRACE_SECONDS + _GIVE_UP_SECONDS:
            return False
        if waited < _POLL_SECONDS:
            _signal(members, signal.SIGTERM)
        elif waited > _GRACE_SECONDS:
            _signal(members, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)
    return True


def _members(one: Leader, mark: str) -> list[int]:
    if _boot() != one.boot:
        return []
    found = _look(one.pid)
    if found is not None and found[1] != one.started:
        return []  # the id has been given to somebody else, so the session is gone
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    session = [pid for pid in pids if (seen := _look(pid)) and seen[0] == one.pid]
    if found is not None:
        return session
    return [pid for pid in session if f"{MARK}={mark}".encode() in _environment(pid)]


def _look(pid: int) -> tuple[int, int] | None:
    """Session and start time; ``None`` when there is none, or only its exit status is left."""
    try:
        # The command's name, in brackets, may itself hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in b"ZX" else (int(fields[3]), int(fields[19]))


def _environment(pid: int) -> list[bytes]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return []


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
