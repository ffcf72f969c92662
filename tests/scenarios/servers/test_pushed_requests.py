"""What the client pushed shows how it used PKCE: a log without that supports no verdict."""

from dataclasses import replace

import pytest

from reports.actors import CLIENT
from reports.judgement.judge import judge
from reports.records import Exchange, Observation, Record
from scenarios.channels import ACCESS_LOG
from scenarios.matrix import base_of
from scenarios.planning import plan_cells
from scenarios.postures import Posture
from scenarios.registry import Scenario, all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.conftest import Played, observed, play

pytestmark = [pytest.mark.stage, pytest.mark.timeout(120)]

WON, BLOCKED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
SEES = {
    "challenge-beside-reference": "front_channel_overrides_pushed_request",
    "reference-used-again": "request_uri_reusable",
    "request-not-pushed": "pushed_request_requirement_ignored",
}


def weak(scenario: Scenario) -> Posture:
    return weakened([SEES[scenario.id]], scenario.client_type).named(*scenario.uses)


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    scenarios = [all_scenarios()[name] for name in SEES]
    postures = [(each, base_of(each)) for each in scenarios]
    postures += [(each, weak(each)) for each in scenarios]
    plan = plan_cells((each, Key(ACCESS_LOG, posture)) for each, posture in postures)
    return play(tmp_path_factory.mktemp("pushed"), plan, StageOptions(browser, port=0))


def is_push(record: Record) -> bool:
    if not isinstance(record, Exchange) or record.source != CLIENT:
        return False
    return record.request.endpoint.endswith("/par")


def test_each_is_blocked_where_nothing_is_weak_and_succeeds_under_its_weakness(
    played: Played,
) -> None:
    found = observed(played.judgement.verdicts)

    assert played.error is None
    assert [each for each in found.values() if each == WON] == [WON] * len(SEES)
    assert [each for each in found.values() if each == BLOCKED] == [BLOCKED] * len(SEES)


def test_without_what_the_client_pushed_nothing_is_claimed(played: Played) -> None:
    kept = tuple(record for record in played.stored.records if not is_push(record))
    assert len(kept) < len(played.stored.records)

    verdicts = judge(replace(played.stored, records=kept)).verdicts

    assert {each.observed for each in verdicts} == {Observation.INCONCLUSIVE}
    assert {"PKCE unknown" in each.reason for each in verdicts} == {True}
