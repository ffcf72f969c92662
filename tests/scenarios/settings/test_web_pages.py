"""Attacks by pages have a weak twin and a hardened one, too; each is played in a real browser.

What holds of them without a piece of their evidence holds of the log, as for those over HTTP.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reports.judgement.judge import judge
from reports.records import Loot, Observation, PlayStarted, Record
from scenarios.channels import FRAMED_PAGES, WEB_PAGES
from scenarios.matrix import base_of, channel_of, weaknesses_seen
from scenarios.planning import plan_cells
from scenarios.postures import Posture
from scenarios.registry import Scenario, all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.conftest import Played, observed, play

pytestmark = [pytest.mark.stage, pytest.mark.timeout(240)]

PAGES = (WEB_PAGES, FRAMED_PAGES)
SCENARIOS = [each for each in all_scenarios().values() if channel_of(each) in PAGES]
OPEN = Observation.INCONCLUSIVE

QUICK = {"code-told-by-referrer", "framed-consent", "script-as-redirect-uri"}
"""The others wait for ``make test-long``: one for each way to be refused does for every day."""


def in_time(name: str, *more: str) -> Any:
    """The parameters of a scenario that is not always played."""
    marks = () if name in QUICK else pytest.mark.long
    return pytest.param(all_scenarios()[name], *more, marks=marks, id="-".join([name, *more]))


every = pytest.mark.parametrize("scenario", [in_time(each.id) for each in SCENARIOS])


def weak_posture(scenario: Scenario) -> Posture:
    weakness = min(weaknesses_seen(scenario))
    return weakened([weakness], scenario.client_type).named(*scenario.uses)


def twins(scenario: Scenario) -> list[str]:
    """The cells of a scenario: hardened, and weak unless it is a limit."""
    postures = [base_of(scenario)] + ([] if scenario.limit else [weak_posture(scenario)])
    return [f"{scenario.id}/{channel_of(scenario).id}/{posture.id}" for posture in postures]


@pytest.fixture(scope="module")
def played(
    browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Played:
    called = (getattr(item, "callspec", None) for item in request.session.items)
    asked = [each.params.get("scenario") for each in called if each]
    cells = [
        (scenario, Key(channel_of(scenario), posture))
        for scenario in SCENARIOS
        if any(each is scenario for each in asked)
        for posture in (base_of(scenario), *([] if scenario.limit else [weak_posture(scenario)]))
    ]
    plan = plan_cells(sorted(cells, key=lambda cell: cell[1].name))
    return play(tmp_path_factory.mktemp("pages"), plan, StageOptions(browser, port=0))


def without(played: Played, is_gone: Callable[[Record], bool]) -> dict[str, str]:
    """What is observed when these records are missing."""
    kept = tuple(record for record in played.stored.records if not is_gone(record))
    return observed(judge(replace(played.stored, records=kept)).verdicts)


@every
def test_the_careless_are_robbed_and_the_hardened_are_not(
    played: Played, scenario: Scenario
) -> None:
    seen = observed(played.judgement.verdicts)

    hardened, *weak = twins(scenario)
    assert seen[hardened] == ("ATTACK_SUCCEEDED" if scenario.limit else "ATTACK_BLOCKED")
    assert all(seen[cell] == Observation.ATTACK_SUCCEEDED for cell in weak)


@every
def test_without_the_loot_nothing_is_claimed(played: Played, scenario: Scenario) -> None:
    seen = without(played, lambda record: isinstance(record, Loot))

    assert all(seen[cell] == OPEN for cell in twins(scenario))


@pytest.mark.parametrize("position", ["before", "after"])
@every
def test_without_an_honest_login_nothing_is_claimed(
    played: Played, scenario: Scenario, position: str
) -> None:
    logins = {each.play for each in played.stored.of(PlayStarted) if each.position == position}

    seen = without(played, lambda record: getattr(record, "play", "") in logins)

    assert all(seen[cell] == OPEN for cell in twins(scenario))


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        in_time("code-told-by-referrer", "sign_of_life"),
        in_time("dirty-dancing", "sign_of_life"),
        in_time("code-posted-to-opener", "sign_of_life"),
        in_time("framed-consent", "click"),
        in_time("framed-consent", "authorization_request"),
        in_time("script-as-redirect-uri", "authorization_request"),
        in_time("script-at-redirect-origin", "authorization_request"),
    ],
)
def test_a_refusal_rests_on_what_was_refused(played: Played, scenario: Scenario, kind: str) -> None:
    hardened, _ = twins(scenario)

    seen = without(played, lambda record: isinstance(record, Loot) and record.kind == kind)

    assert seen[hardened] == OPEN
