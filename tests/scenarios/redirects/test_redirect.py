"""The bent redirect URIs on the stage: refused by a hardened server, and what a bent rule costs."""

from pathlib import Path

import pytest

from reports.records import Exchange, Observation
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, play

pytestmark = pytest.mark.stage

FAMILY = [each for each in all_scenarios().values() if each.id.startswith("redirect-")]
BENT = ("redirect_unchecked", "redirect_wildcard_accepted", "plaintext_redirect_accepted")
WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder: Path = tmp_path_factory.mktemp("redirects")
    return play(folder, matrix_plan(FAMILY, Extent(BENT)), StageOptions(browser, port=0))


def test_a_hardened_server_refuses_every_one_of_them(played: Played) -> None:
    hardened = [each for each in played.judgement.verdicts if each.posture.startswith("hardened")]

    assert len(hardened) >= len(FAMILY)
    assert {each.observed for each in hardened} == {REFUSED}


def test_every_cell_is_as_the_model_says(played: Played) -> None:
    for verdict in played.judgement.verdicts:
        assert verdict.observed is verdict.expected, verdict.cell


def test_each_registration_that_is_too_wide_has_its_victim(played: Played) -> None:
    won = {each.cell for each in played.judgement.verdicts if each.observed is WON}

    channel = "access-log"
    assert f"redirect-dangling-subdomain/{channel}/redirect-wildcard-accepted.public" in won
    assert f"redirect-downgrade/{channel}/plaintext-redirect-accepted.public" in won


def test_the_code_reaches_the_thief_at_an_address_and_not_in_a_log(played: Played) -> None:
    won = next(each for each in played.judgement.verdicts if each.observed is WON)
    seen_in = won.evidence[0]

    sight = next(each for each in played.stored.of(Exchange) if each.id == seen_in)
    assert (sight.source, sight.destination) == ("victim-browser", "thief")
