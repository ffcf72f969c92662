"""A code in a fragment reaches the partner's site where the server puts it there; real browser."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.judgement.judge import judge
from reports.records import Exchange, Loot, Observation, Record
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, observed, play

pytestmark = pytest.mark.stage

CAUGHT = {
    "code-in-fragment-by-mode": "response_mode_unregistered_accepted",
    "code-in-fragment-by-redirect-uri": "redirect_fragment_accepted",
}


def cell(scenario: str, weakness: str = "") -> str:
    posture = f"{weakness}.public" if weakness else "hardened-public"
    return f"{scenario}/web-pages/{posture.replace('_', '-')}.partner-registered"


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    scenarios = [all_scenarios()[name] for name in CAUGHT]
    plan = matrix_plan(scenarios, Extent(tuple(CAUGHT.values()), others=0))
    return play(tmp_path_factory.mktemp("fragments"), plan, StageOptions(browser, port=0))


def without(played: Played, is_gone: Callable[[Record], bool]) -> dict[str, str]:
    """What is observed when these records are missing."""
    kept = tuple(record for record in played.stored.records if not is_gone(record))
    return observed(judge(replace(played.stored, records=kept)).verdicts)


@pytest.mark.parametrize("scenario", CAUGHT)
def test_the_code_is_stolen_where_the_server_puts_it_into_a_fragment_and_only_there(
    played: Played, scenario: str
) -> None:
    seen = observed(played.judgement.verdicts)

    assert seen[cell(scenario)] == Observation.ATTACK_BLOCKED
    assert seen[cell(scenario, CAUGHT[scenario])] == Observation.ATTACK_SUCCEEDED


def test_no_server_was_sent_the_code_before_the_thief_s_script_brought_it_home(
    played: Played,
) -> None:
    name = cell("code-in-fragment-by-mode", "response_mode_unregistered_accepted")
    won = played.verdict(name)
    home = next(each for each in played.stored.of(Exchange) if each.id == won.evidence[0])

    assert home.request.endpoint == "https://www.thief.test/seen"
    assert not any(
        "code" in each.request.query
        for each in played.stored.of(Exchange)
        if each.play == won.play and each.destination == "client"
    )


@pytest.mark.parametrize("scenario", CAUGHT)
@pytest.mark.parametrize("gone", ["code", "authorization_request"])
def test_neither_theft_nor_refusal_counts_without_what_the_thief_had_in_hand(
    played: Played, scenario: str, gone: str
) -> None:
    seen = without(played, lambda record: isinstance(record, Loot) and record.kind == gone)

    decided = cell(scenario, CAUGHT[scenario] if gone == "code" else "")
    assert seen[decided] == Observation.INCONCLUSIVE
