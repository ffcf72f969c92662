"""Reads the arguments of other processes, as every local user may (``/proc/*/cmdline``).

A native app starts the browser with the authorization request as an argument. Whoever watches the
process table reads ``code_challenge`` there, which for ``plain`` is the verifier.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

_INTERVAL_SECONDS = 0.005
_LOOKS = 10


class ProcessWatch:
    """Polls the process table while it is used as a context manager.

    ``device`` is the directory that the victim's device lives in. Only processes whose environment
    names it are looked at: a login that somebody else starts on this machine is none of ours, be
    it a real person's or another run's. ``seen`` is called, in the watching thread, once per
    authorization request, with the name of the program and the request's URL.
    """

    def __init__(self, device: Path, seen: Callable[[str, str], None]) -> None:
        self._device = str(device).encode()
        self._seen = seen
        self._known: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="process-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        looks: dict[str, int] = {}
        while not self._stop.wait(_INTERVAL_SECONDS):
            # Only who still runs is remembered, because the number of a dead process comes back.
            running = (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit())
            looks = {pid: looks.get(pid, 0) + 1 for pid in running}
            # A process that starts shows its parent's arguments first: look more than once.
            for pid, number in looks.items():
                if number <= _LOOKS:
                    self._read(pid)

    def _read(self, pid: str) -> None:
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
            program, *arguments = command.split("\0")
            for argument in arguments:
                asks = "response_type=code" in argument
                if asks and argument not in self._known and self._is_on_device(pid):
                    self._known.add(argument)
                    self._seen(Path(program).name, argument)

    def _is_on_device(self, pid: str) -> bool:
        return self._device in Path(f"/proc/{pid}/environ").read_bytes()
