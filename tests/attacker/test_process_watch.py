"""The watch on real processes. ``sleep``-like children carry a request among their arguments."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from attacker.process_watch import ProcessWatch

REQUEST = "https://idp.test/authorize?response_type=code&client_id=app&state="


@contextmanager
def process(*arguments: str, device: Path | str) -> Iterator[None]:
    """A process on a device, until the block ends."""
    program = "import sys; sys.stdin.read()"
    command = [sys.executable, "-S", "-c", program, *arguments]
    environment = {"HOME": str(device)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as child:
        try:
            yield
        finally:
            child.communicate()


class Seen:
    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []
        self._changed = threading.Condition()

    def __call__(self, program: str, url: str) -> None:
        with self._changed:
            self.all.append((program, url))
            self._changed.notify_all()

    def wait_for(self, url: str) -> bool:
        found: Callable[[], bool] = lambda: any(url == seen for _, seen in self.all)  # noqa: E731
        with self._changed:
            return self._changed.wait_for(found, timeout=10)


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_a_request_among_the_arguments_of_a_process_is_read(seen: Seen, tmp_path: Path) -> None:
    with ProcessWatch(tmp_path, seen), process("--new-window", REQUEST + "1", device=tmp_path):
        assert seen.wait_for(REQUEST + "1")

    assert seen.all[0][0].startswith("python")


def test_a_process_that_was_there_before_is_read_too(seen: Seen, tmp_path: Path) -> None:
    with process(REQUEST + "2", device=tmp_path), ProcessWatch(tmp_path, seen):
        assert seen.wait_for(REQUEST + "2")


def test_what_many_processes_show_is_told_once(seen: Seen, tmp_path: Path) -> None:
    with (
        ProcessWatch(tmp_path, seen),
        process(REQUEST + "3", device=tmp_path),
        process(REQUEST + "3", REQUEST + "4", device=tmp_path),
    ):
        assert seen.wait_for(REQUEST + "3")
        assert seen.wait_for(REQUEST + "4")
        time.sleep(0.05)

    assert sorted(url for _, url in seen.all) == [REQUEST + "3", REQUEST + "4"]


def test_a_login_of_somebody_else_on_this_machine_is_none_of_ours(
    seen: Seen, tmp_path: Path
) -> None:
    with (
        ProcessWatch(tmp_path / "device", seen),
        process(REQUEST + "5", device=tmp_path / "another"),
        process(REQUEST + "6", device=tmp_path / "device"),
    ):
        assert seen.wait_for(REQUEST + "6")
        time.sleep(0.05)

    assert [url for _, url in seen.all] == [REQUEST + "6"]


def test_arguments_without_a_request_are_not_told(seen: Seen, tmp_path: Path) -> None:
    with (
        ProcessWatch(tmp_path, seen),
        process("https://idp.test/?code=c", device=tmp_path),
        process(REQUEST + "7", device=tmp_path),
    ):
        assert seen.wait_for(REQUEST + "7")

    assert [url for _, url in seen.all] == [REQUEST + "7"]


def test_after_the_end_nothing_watches(seen: Seen, tmp_path: Path) -> None:
    with ProcessWatch(tmp_path, seen):
        pass

    assert not [thread for thread in threading.enumerate() if thread.name == "process-watch"]
    with process(REQUEST + "8", device=tmp_path):
        time.sleep(0.05)
    assert seen.all == []


def test_an_exception_inside_ends_the_watch_and_passes_through(seen: Seen, tmp_path: Path) -> None:
    with pytest.raises(KeyError), ProcessWatch(tmp_path, seen):
        raise KeyError
    assert not [thread for thread in threading.enumerate() if thread.name == "process-watch"]
