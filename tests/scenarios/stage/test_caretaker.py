"""Real processes, really killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.stage import sweep
from scenarios.stage.caretaker import Caretaker, leftover_directories, leftover_processes

STUBBORN = "trap '' TERM INT HUP; echo ready; while :; do sleep 0.2; done"
RUNNER = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from scenarios.stage.caretaker import Caretaker
with Caretaker() as caretaker:
    marked = os.environ | caretaker.environment()
    # The parent exits at once and the grandchild leaves its session: what a daemon does.
    daemon = "import os, time\\nif os.fork() or (os.setsid(), os.fork())[1]: os._exit(0)\\n"
    daemon += "print(os.getpid(), flush=True); time.sleep(600)"
    orphan = subprocess.Popen([sys.executable, "-c", daemon], env=marked, stdout=subprocess.PIPE)
    stubborn = subprocess.Popen(["sh", "-c", sys.argv[1]], env=marked, stdout=subprocess.PIPE)
    stubborn.stdout.readline()
    unmarked = subprocess.Popen(["sleep", "600"])
    caretaker.adopt(unmarked.pid)
    (caretaker.directory / "secret").write_text("code")
    print(caretaker.directory, int(orphan.stdout.readline()), stubborn.pid, unmarked.pid,
          caretaker._sweeper.pid, flush=True)
    time.sleep(600)
"""


def eventually(condition: Callable[[], bool], seconds: float = 8) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def alive(pid: int) -> bool:
    return sweep.process(pid) is not None


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name
)
def test_a_killed_runner_leaves_no_process_and_no_file(number: signal.Signals) -> None:
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, STUBBORN],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[3],
        start_new_session=True,
    )
    assert runner.stdout is not None
    directory, *pids = runner.stdout.readline().split()
    assert all(alive(int(pid)) for pid in pids)
    assert Path(directory, "secret").exists()

    if number is signal.SIGINT:
        os.killpg(runner.pid, number)  # Ctrl-C reaches the whole foreground group
    else:
        runner.send_signal(number)
    runner.communicate()

    assert eventually(lambda: not any(alive(int(pid)) for pid in pids))
    assert eventually(lambda: not Path(directory).exists())


def test_the_normal_end_cleans_before_the_block_is_left() -> None:
    with Caretaker() as caretaker:
        marked = os.environ | caretaker.environment()
        child = subprocess.Popen(["sh", "-c", "sleep 600 & exec sleep 600"], env=marked)
        sweeper = caretaker._sweeper.pid

    assert not alive(child.pid)
    assert not alive(sweeper)
    assert not caretaker.directory.exists()
    assert child.wait() == -signal.SIGTERM  # asked first, not killed outright


def test_an_exception_cleans_too_and_passes_through() -> None:
    with pytest.raises(RuntimeError, match="boom"), Caretaker() as caretaker:
        raise RuntimeError("boom")

    assert not caretaker.directory.exists()


def test_a_stubborn_child_is_killed_after_its_grace() -> None:
    with Caretaker() as caretaker:
        child = subprocess.Popen(
            ["sh", "-c", STUBBORN],
            env=os.environ | caretaker.environment(),
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.readline()
        begin = time.monotonic()

    assert child.wait() == -signal.SIGKILL
    assert time.monotonic() - begin >= sweep.GRACE_SECONDS
    child.stdout.close()


def test_the_children_of_an_unmarked_leader_go_with_it() -> None:
    with Caretaker() as caretaker:
        leader = subprocess.Popen(
            ["env", "-i", "/bin/sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE
        )
        assert leader.stdout is not None
        child = int(leader.stdout.readline())
        caretaker.adopt(leader.pid)

    assert not alive(child)
    leader.communicate()


def test_a_released_process_is_left_alone() -> None:
    child = subprocess.Popen(["sleep", "600"])
    try:
        with Caretaker() as caretaker:
            caretaker.adopt(child.pid)
            caretaker.release(child.pid)
        assert alive(child.pid)
    finally:
        child.kill()
        child.wait()


def test_a_process_that_reuses_an_adopted_id_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "600"])
    try:
        found = sweep.process(bystander.pid)
        assert found is not None
        sweep.sweep(str(tmp_path), [(bystander.pid, found.started - 1)])
        assert alive(bystander.pid)
        assert tmp_path.exists()  # its name does not begin as a stage's does
        sweep.sweep(str(tmp_path), [(bystander.pid, found.started)])
        assert not alive(bystander.pid)
    finally:
        bystander.kill()
        bystander.wait()


def test_a_second_stage_is_not_touched_by_the_end_of_the_first() -> None:
    with Caretaker() as second:
        with Caretaker() as first:
            marked = os.environ | second.environment()
            other = subprocess.Popen(["sleep", "600"], env=marked)
        assert not first.directory.exists()
        assert alive(other.pid)
        assert second.directory.exists()
    other.wait()


def test_a_killed_sweeper_is_replaced_by_the_runner() -> None:
    with Caretaker() as caretaker:
        caretaker._sweeper.kill()
        caretaker._sweeper.wait()
        child = subprocess.Popen(["sleep", "600"])
        caretaker.adopt(child.pid)

    assert not alive(child.pid)
    assert not caretaker.directory.exists()
    child.wait()


def test_the_directory_is_private_and_holds_the_temporary_files() -> None:
    with Caretaker() as caretaker:
        assert stat.S_IMODE(caretaker.directory.stat().st_mode) == 0o700
        assert caretaker.directory.name.startswith("codejack-")
        marked = os.environ | caretaker.environment()
        answer = subprocess.run(["mktemp"], env=marked, capture_output=True, text=True)
        assert Path(answer.stdout).is_relative_to(caretaker.directory)


def test_a_stage_in_use_is_no_leftover_and_one_without_caretaker_is() -> None:
    with Caretaker() as caretaker:
        assert caretaker.directory not in leftover_directories()
        caretaker._sweeper.kill()
        caretaker._sweeper.wait()
        marked = os.environ | caretaker.environment()
        child = subprocess.Popen(["sleep", "600"], env=marked)

        assert caretaker.directory in leftover_directories()
        assert child.pid in leftover_processes()
    child.wait()


def test_the_sweeper_imports_nothing_that_starts_slowly(tmp_path: Path) -> None:
    swept = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", sweep.__file__, str(tmp_path)],
        input="",
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in swept.stderr.splitlines()}

    assert "shutil" in imported  # what is listed are modules indeed
    assert imported.isdisjoint({"asyncio", "pathlib", "ssl", "subprocess", "tempfile", "typer"})
