"""However a run ends, nothing of it stays behind, and its log says how it ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reports.judgement.judge import judge
from reports.judgement.verdicts import Gate
from reports.records import Observation, PlayStarted, Record
from reports.runlog import StoredRun, read_log
from scenarios.stage import sweep
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import plan_of, play

pytestmark = pytest.mark.stage

# Tests in the background of a shell inherit that Ctrl-C is ignored; a user's terminal does not.
CODEJACK = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from codejack.cli import main; sys.exit(main())"
)
COMMAND = ("run", "stolen-code", "--posture", "s256", "--port", "0", "--output")


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.03)
    return condition()


def descendants(pid: int) -> dict[int, sweep.Process]:
    """Every living process below one, with when it was started."""
    found: dict[int, sweep.Process] = {}
    alive, before = sweep.processes(), -1
    while len(found) > before:
        before = len(found)
        found |= {one.pid: one for one in alive if one.parent == pid or one.parent in found}
    return found


def listening() -> dict[int, str]:
    """Every listening TCP port of this machine, by the inode of its socket."""
    rows = [
        row.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for row in Path(table).read_text().splitlines()[1:]
    ]
    return {int(row[9]): row[1] for row in rows if row[3] == "0A"}


def ports_of(pids: set[int]) -> set[int]:
    """The inodes of the listening sockets that these processes hold."""
    held: set[int] = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                held.add(int(target.removeprefix("socket:[").removesuffix("]")))
    return held & set(listening())


@dataclass
class Remains:
    """What a run had in the middle of it, to be looked for afterwards."""

    processes: dict[int, sweep.Process]
    stages: set[str]
    sockets: set[int]

    @classmethod
    def of(cls, runner: int) -> "Remains":
        family = descendants(runner)
        stages = {sweep.stage_of(pid) for pid in family} - {""}
        return cls(family, stages, ports_of({runner, *family}))

    def alive(self) -> list[int]:
        found = ((pid, sweep.process(pid)) for pid in self.processes)
        return [pid for pid, one in found if one and one.started == self.processes[pid].started]

    def marked(self) -> list[int]:
        return [one.pid for one in sweep.processes() if sweep.stage_of(one.pid) in self.stages]

    def assert_gone(self) -> None:
        assert eventually(lambda: not self.alive()), self.alive()
        assert eventually(lambda: not self.marked()), self.marked()
        assert eventually(lambda: not any(Path(stage).exists() for stage in self.stages))
        assert not self.sockets & set(listening())


def log_in(folder: Path) -> Path | None:
    return next(folder.glob("*/run.jsonl"), None)


def in_the_middle(folder: Path) -> bool:
    """Whether an attack is being played: some record of it is on disk."""
    path = log_in(folder)
    return path is not None and b'"kind":"attack"' in path.read_bytes()


def assert_undecided(stored: StoredRun) -> None:
    judgement = judge(stored)
    assert not judgement.complete
    assert judgement.exit_code == 3
    assert Gate.VIOLATED not in {verdict.gate for verdict in judgement.verdicts}
    assert any(v.observed is Observation.INCONCLUSIVE for v in judgement.verdicts)


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long), signal.SIGKILL],
    ids=lambda number: number.name,
)
@pytest.mark.usefixtures("browser")
def test_a_run_that_is_ended_in_the_middle_leaves_only_its_log(
    tmp_path: Path, number: signal.Signals
) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-c", CODEJACK, *COMMAND, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert eventually(lambda: in_the_middle(tmp_path), 40)
        remains = Remains.of(runner.pid)
        assert len(remains.stages) == 1
        assert len(remains.marked()) >= 3  # Playwright's driver, Chromium, and its helpers
        assert len(remains.sockets) >= 5  # proxy, client, provider, thief, squatter

        if number is signal.SIGINT:
            os.killpg(runner.pid, number)  # Ctrl-C reaches the whole foreground group
        else:
            runner.send_signal(number)
        output, _ = runner.communicate(timeout=30)
    finally:
        if runner.poll() is None:
            runner.kill()

    assert runner.returncode == (-signal.SIGKILL if number is signal.SIGKILL else 2), output
    assert "Traceback" not in output
    remains.assert_gone()
    path = log_in(tmp_path)
    assert path is not None
    stored = read_log(path)
    if number is signal.SIGKILL:
        assert stored.finished is None
    else:
        assert stored.finished is not None
        assert stored.finished.outcome == "interrupted"
    assert_undecided(stored)


def test_an_exception_in_the_middle_leaves_only_its_log(browser: Browser, tmp_path: Path) -> None:
    before = dict(os.environ)
    # Python keeps a process of its own as soon as any test has started another interpreter.
    earlier = descendants(os.getpid())
    remains: list[Remains] = []

    def fail(record: Record) -> None:
        if isinstance(record, PlayStarted) and record.kind == "attack":
            found = Remains.of(os.getpid())
            own = {pid: one for pid, one in found.processes.items() if earlier.get(pid) != one}
            remains.append(replace(found, processes=own))
            raise MemoryError("in the middle")

    played = play(tmp_path, plan_of("stolen-code/"), StageOptions(browser, port=0), fail)

    assert played.error is not None
    assert remains[0].stages
    assert remains[0].processes
    for found in remains:
        found.assert_gone()
    assert dict(os.environ) == before
    assert played.stored.finished is not None
    assert played.stored.finished.outcome == "failed"
    assert_undecided(played.stored)
