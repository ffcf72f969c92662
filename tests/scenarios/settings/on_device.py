"""Plays of the stolen code over channels on the victim's own device."""

from dataclasses import replace
from pathlib import Path

from reports.judgement.judge import judge
from reports.records import Loot, Observation
from scenarios.channels import CHANNELS
from scenarios.planning import make_plan
from scenarios.postures import NO_PKCE, S256
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, observed, play


def stolen_over(channel: str, browser: Browser, folder: Path) -> Played:
    """The theft over this channel, without PKCE and with S256."""
    (chosen,) = (each for each in CHANNELS if each.id == channel)
    plan = make_plan([all_scenarios()["stolen-code"]], [NO_PKCE, S256], [chosen])
    return play(folder, plan, StageOptions(browser, port=0))


def holds(played: Played, channel: str) -> None:
    """Weak twin, hardened twin, and both without what the thief has seen."""
    assert played.error is None
    assert observed(played.judgement.verdicts) == {
        f"stolen-code/{channel}/no-pkce": "ATTACK_SUCCEEDED",
        f"stolen-code/{channel}/s256": "ATTACK_BLOCKED",
    }
    left = tuple(each for each in played.stored.records if not isinstance(each, Loot))
    blind = judge(replace(played.stored, records=left))
    assert {each.observed for each in blind.verdicts} == {Observation.INCONCLUSIVE}
