"""What a server may lack is said in words that end a sentence, and asked for by somebody."""

import pytest

from scenarios.needs import Need
from scenarios.registry import all_scenarios


@pytest.mark.parametrize("need", Need)
def test_a_need_ends_the_sentence_that_says_why_something_does_not_apply(need: Need) -> None:
    sentence = f"it needs {need}"

    assert need.value[0].islower()
    assert not sentence.endswith(".")
    assert "\n" not in sentence


def test_every_need_is_some_scenario_s() -> None:
    asked_for = {need for scenario in all_scenarios().values() for need in scenario.all_needs}

    assert asked_for == set(Need)


@pytest.mark.parametrize("scenario", ["forced-login", "redirect-brought-again", "injected-code"])
def test_who_attacks_from_an_account_of_its_own_needs_one(scenario: str) -> None:
    wants_account = scenario == "forced-login"

    assert (Need.ATTACKERS_ACCOUNT in all_scenarios()[scenario].all_needs) is wants_account
