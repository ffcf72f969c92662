"""What ``codejack list`` says about each scenario."""

import io

import pytest
from rich.console import Console

from codejack import listing
from scenarios.matrix import weaknesses_seen
from scenarios.registry import Scenario, all_scenarios
from scenarios.weaknesses import catalogue

SCENARIOS = list(all_scenarios().values())


def shown(*scenarios: Scenario) -> str:
    out = io.StringIO()
    listing.show(scenarios, Console(file=out, soft_wrap=True, highlight=False))
    return out.getvalue()


def test_each_family_is_named_once_before_its_scenarios() -> None:
    lines = shown(*SCENARIOS).splitlines()
    families = [line for line in lines if line and not line.startswith(" ")]

    assert families == list(dict.fromkeys(each.family for each in SCENARIOS))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.id)
def test_a_scenario_is_told_with_its_vantage_its_clauses_and_what_it_sees(
    scenario: Scenario,
) -> None:
    text = shown(scenario)

    for said in (scenario.id, scenario.title, scenario.vantage.name, scenario.limit):
        assert said in text
    assert all(clause in text for clause in scenario.clauses)
    assert all(weakness in text for weakness in weaknesses_seen(scenario))


def test_machines_are_told_the_same() -> None:
    told = listing.as_json(SCENARIOS)["scenarios"]

    assert [each["id"] for each in told] == [each.id for each in SCENARIOS]
    assert [each["weaknesses"] for each in told] == [weaknesses_seen(each) for each in SCENARIOS]


def test_every_weakness_is_told_with_its_clause_and_who_sees_it() -> None:
    out = io.StringIO()
    listing.show_weaknesses(Console(file=out, soft_wrap=True, highlight=False))
    text = out.getvalue()

    for weakness in catalogue().values():
        for said in (weakness.name, weakness.description, weakness.clause, weakness.published):
            assert said in text
    told = {each["name"]: each for each in listing.weaknesses_as_json()["weaknesses"]}
    assert told.keys() == catalogue().keys()
    assert "stolen-code" in told["pkce_unused"]["seen_by"]
    assert (told["pkce_unused"]["side"], told["pkce_optional"]["side"]) == ("client", "server")
