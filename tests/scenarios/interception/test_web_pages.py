"""What pages give away is stolen where the client is careless, and only there; real browser."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.judgement.judge import judge
from reports.records import Loot, Observation, Record
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, observed, play

pytestmark = pytest.mark.stage

CAUGHT = {
    "code-told-by-referrer": "callback_leaks_referrer",
    "dirty-dancing": "third_party_script_on_error_page",
    "request-told-by-referrer": "referrer_leaked",
}
BLOCKED_BY_SILENCE = ("code-told-by-referrer", "dirty-dancing")


def cell(scenario: str, weakness: str = "hardened") -> str:
    kind = all_scenarios()[scenario].client_type
    posture = f"hardened-{kind}" if weakness == "hardened" else f"{weakness}.{kind}"
    return f"{scenario}/web-pages/{posture.replace('_', '-')}"


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    scenarios = [all_scenarios()[name] for name in CAUGHT]
    plan = matrix_plan(scenarios, Extent(tuple(CAUGHT.values()), others=0))
    return play(tmp_path_factory.mktemp("pages"), plan, StageOptions(browser, port=0))


def without(played: Played, is_gone: Callable[[Record], bool]) -> dict[str, str]:
    """What is observed when these records are missing."""
    kept = tuple(record for record in played.stored.records if not is_gone(record))
    return observed(judge(replace(played.stored, records=kept)).verdicts)


@pytest.mark.parametrize("scenario", CAUGHT)
def test_a_careless_client_is_robbed_and_a_model_client_is_not(
    played: Played, scenario: str
) -> None:
    seen = observed(played.judgement.verdicts)

    assert seen[cell(scenario)] == Observation.ATTACK_BLOCKED
    assert seen[cell(scenario, CAUGHT[scenario])] == Observation.ATTACK_SUCCEEDED


@pytest.mark.parametrize("scenario", BLOCKED_BY_SILENCE)
def test_silence_counts_only_where_the_channel_has_shown_that_it_works(
    played: Played, scenario: str
) -> None:
    seen = without(played, lambda record: isinstance(record, Loot) and record.kind != "code")

    assert seen[cell(scenario)] == Observation.INCONCLUSIVE


@pytest.mark.parametrize("scenario", CAUGHT)
def test_what_was_redeemed_counts_only_if_it_was_stolen(played: Played, scenario: str) -> None:
    seen = without(played, lambda record: isinstance(record, Loot) and record.kind == "code")

    assert seen[cell(scenario, CAUGHT[scenario])] == Observation.INCONCLUSIVE
