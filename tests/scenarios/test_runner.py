"""A run leaves a log that tells the truth, whatever becomes of it."""

from pathlib import Path

import pytest

from reports.records import Exchange, Observation, PlayStarted
from scenarios import runner
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK, LOOPBACK_PORTS, PLAINTEXT
from scenarios.runner import missing_channels, new_run
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.servers import PortTakenError, bind
from tests.conftest import plan_of, play

NOBODY = Browser(None, "0", "never started")


def test_runs_of_the_same_second_have_folders_of_their_own(tmp_path: Path) -> None:
    runs = [new_run(tmp_path) for _ in range(20)]
    assert len({run.id for run in runs}) == 20
    assert all(run.log.parent == tmp_path / run.id == run.report.parent for run in runs)


def test_channels_that_cannot_exist_are_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_ipv6(host: str, port: int) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(runner, "bind", no_ipv6)
    monkeypatch.setattr(runner, "missing_desktop_tools", lambda: ["xdg-open"])
    monkeypatch.setattr(runner, "_PORTS_OF_OTHERS", tmp_path / "none")

    missing = missing_channels()

    assert set(missing) == {LOOPBACK, CUSTOM_SCHEME, LOOPBACK_PORTS}
    assert "Cannot assign requested address" in missing[LOOPBACK]
    assert "xdg-open" in missing[CUSTOM_SCHEME]


def test_a_taken_port_fails_the_run_and_the_log_says_so(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        played = play(tmp_path, plan_of("stolen-code/"), StageOptions(NOBODY, port=port))

    assert isinstance(played.error, PortTakenError)
    finished = played.stored.finished
    assert finished is not None
    assert finished.outcome == "failed"
    assert f"Port {port}" in finished.error
    assert list(played.stored.of(PlayStarted)) == []
    assert played.judgement.exit_code == 3


@pytest.mark.stage
def test_skipped_channels_are_undecided_with_their_reason_and_the_rest_is_played(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = {LOOPBACK: "no IPv6 here", CUSTOM_SCHEME: "no xdg-open here"}
    monkeypatch.setattr(runner, "missing_channels", lambda: skipped)
    cells = [f"stolen-code/{channel.id}/s256" for channel in (*skipped, PLAINTEXT)]

    played = play(tmp_path, plan_of(*cells), StageOptions(browser, port=0))

    assert played.error is None
    for channel, reason in skipped.items():
        verdict = played.verdict(f"stolen-code/{channel.id}/s256")
        assert verdict.observed is Observation.INCONCLUSIVE
        assert reason in verdict.reason
    plaintext = played.verdict("stolen-code/plaintext/s256")
    assert plaintext.observed is Observation.ATTACK_BLOCKED
    assert played.judgement.exit_code == 3
    assert {exchange.seen_by for exchange in played.stored.of(Exchange)} == {"proxy"}


@pytest.mark.stage
def test_a_scenario_that_succeeds_nowhere_is_called_unproven(
    browser: Browser, tmp_path: Path
) -> None:
    cell = "stolen-code/plaintext/s256"
    played = play(tmp_path, plan_of(cell), StageOptions(browser, port=0))
    assert any("unproven" in note for note in played.verdict(cell).notes)
