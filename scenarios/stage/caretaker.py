"""Leaves nothing behind: no process and no file, even when the runner is killed with ``kill -9``.

A small process of its own, :mod:`scenarios.stage.sweep`, waits for the runner to end. A normal
exit and a crash are cleaned up by the same code.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from scenarios.stage import sweep

_WAIT_SECONDS = 15.0


class Caretaker:
    """Owns a stage's private directory and ends its processes.

    Use it as a context manager, around everything that starts a process or writes a secret::

        with Caretaker() as caretaker:
            subprocess.Popen(command, env=os.environ | caretaker.environment())
    """

    def __init__(self) -> None:
        self._adopted: dict[int, int] = {}

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix=sweep.PREFIX))
        """Private to this user and this run; removed at the end."""
        (self.directory / "tmp").mkdir()
        # The lock lives as long as the sweeper does, and tells a stage in use from a leftover.
        lock = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._sweeper = _start_sweeper(self.directory, lock)
        except BaseException:
            sweep.remove_directory(str(self.directory))
            raise
        finally:
            os.close(lock)
        return self

    def environment(self) -> dict[str, str]:
        """The variables to add to the environment of every process that the run starts.

        Descendants inherit them and so are found, however they detach themselves; their temporary
        files end up in the private directory.
        """
        return {sweep.VARIABLE: str(self.directory), "TMPDIR": str(self.directory / "tmp")}

    def adopt(self, pid: int) -> None:
        """Have a process ended too that does not carry the environment of the stage.

        With it go its children, and the group or session that it leads. A process that has
        already ended is ignored.
        """
        if found := sweep.process(pid):
            self._adopted[pid] = found.started
            self._tell(f"+{pid} {found.started}")

    def release(self, pid: int) -> None:
        """Take back :meth:`adopt`, for example because the process was ended in good order."""
        if self._adopted.pop(pid, None) is not None:
            self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        assert self._sweeper.stdin is not None
        # If somebody killed the sweeper, the end of the block sweeps in its place.
        with suppress(BrokenPipeError):
            self._sweeper.stdin.write(f"{line}\n".encode())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._sweeper.stdin is not None
        self._sweeper.stdin.close()
        try:
            status = self._sweeper.wait(timeout=_WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._sweeper.kill()
            status = self._sweeper.wait()
        if status:
            sweep.sweep(str(self.directory), self._adopted.items())


def _start_sweeper(directory: Path, lock: int) -> subprocess.Popen[bytes]:
    # Unmarked itself: inside another stage it must outlive that stage's processes to end its own.
    environment = {key: value for key, value in os.environ.items() if key != sweep.VARIABLE}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", sweep.__file__, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env=environment,
        start_new_session=True,  # Ctrl-C in the terminal is meant for the runner alone
        pass_fds=(lock,),
    )


def leftover_directories() -> list[Path]:
    """Stage directories of this user that no caretaker looks after: their run died with it."""
    found = Path(tempfile.gettempdir()).glob(f"{sweep.PREFIX}*")
    return sorted(path for path in found if path.is_dir() and not _in_use(path))


def leftover_processes() -> list[int]:
    """Processes whose stage is gone, or is a leftover itself."""
    marked = ((one.pid, sweep.stage_of(one.pid)) for one in sweep.processes())
    return sorted(pid for pid, stage in marked if stage and not _in_use(Path(stage)))


def _in_use(directory: Path) -> bool:
    try:
        if directory.lstat().st_uid != os.geteuid():
            return True  # another user's, and none of our business
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
