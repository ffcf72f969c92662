"""Processes that play a share each: they end in order, and know their secrets until they do."""

from pathlib import Path

import pytest

from codejack.shares import Share, Worker, playing
from reports.runlog import read_log
from scenarios.matrix import Extent
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions

SCENARIOS = ("stolen-code", "wrong-verifier")


def share(folder: Path, *weaknesses: str) -> Share:
    return Share(folder, 0, 1, SCENARIOS, Extent(weaknesses))


@pytest.mark.stage
def test_a_share_leaves_a_finished_log_and_looks_for_its_own_secrets(
    browser: Browser, tmp_path: Path
) -> None:
    heard: list[None] = []
    folder = tmp_path / "share"

    with playing(
        [share(folder)], StageOptions(browser, port=0), lambda: heard.append(None)
    ) as workers:
        (worker,) = workers
        worker.look_for_leaks([folder])
        leaks = worker.leaks()

    run = read_log(folder / "run.jsonl")
    assert run.finished is not None
    assert run.finished.outcome == "completed"
    assert leaks.found == ()
    assert len(heard) >= len(SCENARIOS) + 2
    assert not worker.process.is_alive()


@pytest.mark.stage
def test_a_share_that_is_stopped_says_so_in_its_log(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    worker = Worker(share(folder, "pkce_unused", "plain_used"), StageOptions(browser, port=0))
    worker.connection.recv()  # something was played

    worker.stop()
    while not hasattr(message := worker.connection.recv(), "error"):
        pass
    worker.connection.close()
    worker.process.join(10)

    run = read_log(folder / "run.jsonl")
    assert message.error == "interrupted"
    assert run.finished is not None
    assert run.finished.outcome == "interrupted"
    assert not worker.process.is_alive()


@pytest.mark.stage
def test_a_share_ends_when_its_parent_is_gone(browser: Browser, tmp_path: Path) -> None:
    worker = Worker(share(tmp_path / "share", "pkce_unused"), StageOptions(browser, port=0))
    worker.connection.recv()

    worker.connection.close()

    worker.process.join(20)
    assert not worker.process.is_alive()
