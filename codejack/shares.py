"""Several processes that each play a share of one plan, on a stage of its own.

The proxy keeps global state, so a process has one stage. Each share has a folder with a run log
that is complete in itself; :mod:`reports.matrix` reads them together.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from reports.records import PlayFinished, Record
from reports.redaction.leakgate import UnreadableArtefactError, find_leaks
from reports.runlog import now
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import all_scenarios
from scenarios.runner import Run, perform
from scenarios.stage.options import StageOptions

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Share:
    """What one process has to play: the ``number``-th of ``of`` shares, into ``folder``."""

    folder: Path
    number: int
    of: int
    scenarios: tuple[str, ...]
    extent: Extent


@dataclass(frozen=True)
class Played:
    """A share is over; ``error`` says what ended it early."""

    error: str = ""


@dataclass(frozen=True)
class Leaks:
    """What the leak gate of a share has found, in words."""

    found: tuple[str, ...]


class Worker:
    """The parent's side of one process."""

    def __init__(self, share: Share, options: StageOptions) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self.process: SpawnProcess = _SPAWN.Process(
            target=_work, args=(theirs, share, options), name=f"share {share.number}", daemon=True
        )
        self.process.start()
        theirs.close()
        self.played: Played | None = None

    def stop(self) -> None:
        """End it in good order: its log says that it was interrupted."""
        if self.process.is_alive() and self.process.pid:
            self.process.terminate()

    def look_for_leaks(self, artefacts: Iterable[Path]) -> None:
        """Have it read files again with its own knowledge of secrets, and do not wait for it."""
        # One that is gone says so when it is asked what it has found.
        with suppress(OSError):
            self.connection.send(tuple(artefacts))

    def leaks(self) -> Leaks:
        """What it has found in them."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return Leaks(("a share ended before its files could be read again",))
        assert isinstance(answer, Leaks)
        return answer


@contextmanager
def playing(
    shares: Iterable[Share], options: StageOptions, heard: Callable[[], None]
) -> Iterator[list[Worker]]:
    """Have shares played; the block begins when all are over. ``heard`` is called at each play.

    Inside the block, the processes still know their secrets.
    """
    workers = [Worker(share, options) for share in shares]
    try:
        _listen(workers, heard)
        yield workers
    finally:
        for worker in workers:
            worker.connection.close()
        for worker in workers:
            worker.process.join()


def _listen(workers: list[Worker], heard: Callable[[], None]) -> None:
    try:
        _hear_all(workers, heard)
    except KeyboardInterrupt:
        # They were interrupted too, or are told now; each writes the end of its log.
        for worker in workers:
            worker.stop()
        _hear_all(workers, lambda: None)
        raise


def _hear_all(workers: list[Worker], heard: Callable[[], None]) -> None:
    while open_ends := {each.connection: each for each in workers if each.played is None}:
        for connection in wait(list(open_ends)):
            assert isinstance(connection, Connection)
            worker = open_ends[connection]
            try:
                message = connection.recv()
            except (EOFError, OSError):
                message = Played("its process died")
            if isinstance(message, Played):
                worker.played = message
            else:
                heard()


def _work(parent: Connection, share: Share, options: StageOptions) -> None:
    """The process: play, say so, and read again what the parent asks for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and tells by SIGTERM
    run = Run(share.folder)
    parent.send(Played(_play(parent, share, run, options)))
    while True:
        try:
            artefacts = parent.recv()
        except EOFError:
            return
        parent.send(_leaks(run, artefacts))


def _play(parent: Connection, share: Share, run: Run, options: StageOptions) -> str:
    scenarios = [all_scenarios()[name] for name in share.scenarios]
    plan = matrix_plan(scenarios, share.extent).shared_out(share.of)[share.number]

    def tell(record: Record) -> None:
        if isinstance(record, PlayFinished):
            parent.send(now())

    async def main() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
        # Before the parent asks for anything, there is nothing to read but its end.
        loop.add_reader(parent.fileno(), task.cancel)
        try:
            await perform(run, plan, scenarios, options, tell)
        finally:
            loop.remove_reader(parent.fileno())

    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        return "interrupted"
    except BaseException as error:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return f"{type(error).__name__}: {run.vault.redact(str(error))}"
    return ""


def _leaks(run: Run, artefacts: Iterable[Path]) -> Leaks:
    try:
        found = find_leaks(artefacts, run.vault)
    except UnreadableArtefactError as error:
        return Leaks((f"the leak gate could not read {error}",))
    return Leaks(tuple(f"{each.label} ({each.encoding}) in {each.path}" for each in found))
