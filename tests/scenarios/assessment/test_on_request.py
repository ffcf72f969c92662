"""Attacks played one at a time, on a real stage: each between two honest logins."""

import asyncio
from pathlib import Path

import pytest

from reports.judgement.judge import judge
from reports.records import PlayStarted
from reports.runlog import read_log
from scenarios.assessment.on_request import on_request
from scenarios.channels import ACCESS_LOG
from scenarios.planning import make_plan
from scenarios.postures import CONFIDENTIAL_NO_PKCE, S256
from scenarios.registry import all_scenarios
from scenarios.runner import gathered, new_run
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions

pytestmark = pytest.mark.stage

STOLEN, WRONG = all_scenarios()["stolen-code"], all_scenarios()["wrong-verifier"]
A, B = "stolen-code/access-log/s256", "wrong-verifier/access-log/s256"
OTHER = f"stolen-code/access-log/{CONFIDENTIAL_NO_PKCE.id}"


def test_each_attack_stands_between_two_logins_of_its_group(
    browser: Browser, tmp_path: Path
) -> None:
    run, scenarios = new_run(tmp_path), [STOLEN, WRONG]
    plan = make_plan(scenarios, [S256, CONFIDENTIAL_NO_PKCE], [ACCESS_LOG])

    async def main() -> None:
        options = StageOptions(browser, port=0)
        async with (
            gathered(run, plan, scenarios, options, lambda record: None) as company,
            on_request(company, plan) as requests,
        ):
            await requests.play(A)
            await requests.play(B)
            requests.doubt()
            await requests.play(OTHER)
            with pytest.raises(KeyError):
                await requests.play("no/such/cell")

    asyncio.run(main())

    stored = read_log(run.log)
    plays = [each.cell or each.position for each in stored.of(PlayStarted)]
    assert plays == ["before", A, "after", B, "after", "before", OTHER, "after"]
    assert stored.finished is not None
    assert stored.finished.outcome == "completed"
    gates = {each.cell: each.gate for each in judge(stored).verdicts}
    assert {gates[cell] for cell in (A, B, OTHER)} == {"MET"}


def test_after_a_doubt_a_new_login_comes_first(browser: Browser, tmp_path: Path) -> None:
    run, scenarios = new_run(tmp_path), [STOLEN, WRONG]
    plan = make_plan(scenarios, [S256], [ACCESS_LOG]).limited_to({A, B})

    async def main() -> None:
        options = StageOptions(browser, port=0)
        async with (
            gathered(run, plan, scenarios, options, lambda record: None) as company,
            on_request(company, plan) as requests,
        ):
            await requests.play(A)
            requests.doubt()
            await requests.play(B)

    asyncio.run(main())

    plays = [each.cell or each.position for each in read_log(run.log).of(PlayStarted)]
    assert plays == ["before", A, "after", "before", B, "after"]
