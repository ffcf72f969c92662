"""Ends every process of a stage and removes its directory. Runs as a process of its own.

:mod:`scenarios.stage.caretaker` starts this file as a script and holds the other end of its
standard input, one line per process: ``+pid starttime`` adopts, ``-pid`` releases. When the input
ends the runner is gone, in whatever way, and the sweeping begins. Standard library only, with
few imports: it starts in milliseconds and needs no environment.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from typing import NamedTuple

VARIABLE = "CODEJACK_STAGE"
"""The environment variable that marks what was started, directly or not, for a stage."""

PREFIX = "codejack-"
"""How the name of every stage directory begins; nothing else is ever removed."""

GRACE_SECONDS = 2.0
"""What a process gets between being asked to end (SIGTERM) and being ended (SIGKILL)."""

_GIVE_UP_SECONDS = 3.0
_POLL_SECONDS = 0.03


class Process(NamedTuple):
    """A living process. ``started`` (ticks since boot) tells it from a later one of that pid."""

    pid: int
    parent: int
    group: int
    session: int
    started: int


def process(pid: int) -> Process | None:
    """The process of that id; ``None`` when there is none, or only its exit status is left."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib starts slowly
            # The command's name, in brackets, may itself hold spaces and brackets.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    state, started = fields[0], int(fields[19])
    if state in b"ZX":
        return None
    return Process(pid, int(fields[1]), int(fields[2]), int(fields[3]), started)


def processes() -> list[Process]:
    """Every living process that this user can see."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208
    return [found for pid in pids if (found := process(pid))]


def stage_of(pid: int) -> str:
    """The stage directory that a process carries in its environment, or an empty string."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123
            variables = file.read().split(b"\0")
    except OSError:
        return ""
    name = VARIABLE.encode() + b"="
    values = (item.removeprefix(name) for item in variables if item.startswith(name))
    return os.fsdecode(next(values, b""))


def members(stage: str, known: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The living processes of a stage, as ``(pid, started)``.

    These are the known ones, the marked ones, and whatever has one of them as its parent, group
    leader or session leader: Chromium's children write over their own environment.
    """
    # The runner waits for this process; it is never a member, whatever it adopted.
    spared = {os.getpid(), os.getppid()}
    alive = [one for one in processes() if one.pid not in spared]
    wanted = set(known)
    found = {
        one.pid for one in alive if (one.pid, one.started) in wanted or stage_of(one.pid) == stage
    }
    before = -1
    while len(found) > before:
        before = len(found)
        found |= {one.pid for one in alive if found & {one.parent, one.group, one.session}}
    return {(one.pid, one.started) for one in alive if one.pid in found}


def end_processes(stage: str, adopted: Iterable[tuple[int, int]]) -> None:
    """Ask every process of the stage to end, wait, and end those that did not."""
    known = set(adopted)
    asked: set[tuple[int, int]] = set()
    patience = time.monotonic() + GRACE_SECONDS
    # A process may start another while it is being ended, so the search is made again each time;
    # what was found once stays known, because an orphan no longer shows where it came from.
    while time.monotonic() < patience + _GIVE_UP_SECONDS:
        alive = members(stage, known)
        if not alive:
            return
        known |= alive
        if time.monotonic() < patience:
            _signal(alive - asked, signal.SIGTERM)
            asked |= alive
        else:
            _signal(alive, signal.SIGKILL)
        time.sleep(_POLL_SECONDS)


def _signal(targets: Iterable[tuple[int, int]], number: signal.Signals) -> None:
    for pid, started in targets:
        # Looked at once more just before: the id may belong to somebody else by now.
        if (found := process(pid)) and found.started == started:
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                continue


def remove_directory(stage: str) -> None:
    """Remove a stage directory; anything that is not one of this user's is left alone."""
    import shutil  # takes longer to import than the rest of this file together

    for _ in range(3):  # a file may appear while its directory is being emptied
        try:
            status = os.lstat(stage)
        except OSError:
            return
        name = os.path.basename(stage)  # noqa: PTH119
        if not name.startswith(PREFIX) or status.st_uid != os.geteuid():
            return
        shutil.rmtree(stage, ignore_errors=True)


def sweep(stage: str, adopted: Iterable[tuple[int, int]]) -> None:
    """End the processes of the stage, then remove its directory. Takes a few seconds at most."""
    end_processes(stage, adopted)
    remove_directory(stage)


def _main(stage: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    adopted: dict[int, int] = {}
    for line in sys.stdin.buffer:
        sign, words = line[:1], line[1:].split()
        if sign == b"+":
            adopted[int(words[0])] = int(words[1])
        elif sign == b"-":
            adopted.pop(int(words[0]), None)
    sweep(stage, adopted.items())


if __name__ == "__main__":
    _main(sys.argv[1])
