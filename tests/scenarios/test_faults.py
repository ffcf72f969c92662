"""Never green by accident: whatever goes wrong, no cell comes out as blocked or succeeded."""

from pathlib import Path

import pytest

from attacker import loot
from reports.records import (
    Observation,
    PlayStarted,
)
from scenarios import performance, runner
from scenarios.channels import ACCESS_LOG, HEADLINE_CHANNELS
from scenarios.stage import network
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import set_stage
from tests.conftest import plan_of, play
from tests.scenarios.faults import FAULTS, Answer
from victim import user

stage_test = pytest.mark.stage


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long: what has not happened after a second will not happen."""
    monkeypatch.setattr(network, "HTTP_SECONDS", 1.0)
    monkeypatch.setattr(loot, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(user, "_PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(performance, "_PLAY_SECONDS", 15.0)


@stage_test
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_decides_nothing(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault = FAULTS[name]()
    monkeypatch.setattr(runner, "set_stage", fault.set_stage(set_stage))

    options = StageOptions(browser, port=0, wrap=fault.wrap)
    plan = plan_of(*fault.cells, script=fault.script, channels=(*HEADLINE_CHANNELS, ACCESS_LOG))
    played = play(tmp_path, plan, options, fault.hear)

    assert fault.struck
    if not fault.run_ends:
        # The plays were tried: it was the fault that spoilt them, and no accident of this test.
        assert played.error is None
        tried = {start.cell for start in played.stored.of(PlayStarted) if start.cell}
        assert tried == set(fault.cells)
    seen = {verdict.cell: verdict.observed for verdict in played.judgement.verdicts}
    assert seen == dict.fromkeys(fault.cells, Observation.INCONCLUSIVE)
    assert played.judgement.exit_code == 3
    if isinstance(fault, Answer) and fault.attacks_only:
        # The honest logins did work; it was something else that kept the judge from believing.
        reasons = [verdict.reason for verdict in played.judgement.verdicts]
        assert not [reason for reason in reasons if "honest login" in reason]
