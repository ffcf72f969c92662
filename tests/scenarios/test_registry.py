"""The contract of the whole registry: what a scenario declares stays true."""

import ast
import inspect
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from reports.records import Observation, Proof
from scenarios.channels import CHANNELS
from scenarios.model import expect
from scenarios.postures import POSTURES
from scenarios.registry import FAMILIES, Goal, Scenario, all_scenarios
from victim.client import VerifierSource

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
MOST_LINES = 70
KNOWN_RFCS = {6749, 6750, 6819, 7636, 8252, 8414, 8705, 9101, 9126, 9207, 9449, 9700}
MAY_IMPORT = {"attacker.vantage", "victim.client"}

every = pytest.mark.parametrize(
    "scenario", all_scenarios().values(), ids=lambda scenario: scenario.id
)


def file_of(scenario: Scenario) -> Path:
    return Path(inspect.getfile(scenario.script))


def syntax_of(scenario: Scenario) -> ast.Module:
    return ast.parse(file_of(scenario).read_text())


def script_of(scenario: Scenario) -> ast.AsyncFunctionDef:
    found = [node for node in syntax_of(scenario).body if isinstance(node, ast.AsyncFunctionDef)]
    assert len(found) == 1, "one file, one script"
    return found[0]


def test_every_folder_of_scenarios_is_a_family() -> None:
    root = Path(scenarios.__path__[0])
    folders = {path.parent.name for path in root.glob("*/*.py")}

    assert folders - {"settings", "stage"} == set(FAMILIES)


def test_every_file_of_a_family_is_in_the_registry() -> None:
    root = Path(scenarios.__path__[0])
    files = {
        path
        for path in root.glob("*/*.py")
        if path.parent.name in FAMILIES and path.name != "__init__.py"
    }

    assert {file_of(scenario) for scenario in all_scenarios().values()} == files


def test_titles_are_unique() -> None:
    titles = Counter(scenario.title for scenario in all_scenarios().values())

    assert set(titles.values()) == {1}


@every
def test_a_scenario_is_named_as_its_file_and_family(scenario: Scenario) -> None:
    path = file_of(scenario)

    assert scenario.id == path.stem.replace("_", "-")
    assert scenario.family == path.parent.name
    assert all_scenarios()[scenario.id] is scenario


@every
def test_a_scenario_tells_its_story(scenario: Scenario) -> None:
    headline, _, rest = scenario.story.partition("\n\n")

    assert headline.endswith("."), "one sentence first"
    assert "\n" not in headline
    assert "RFC" in rest, "then why, with the clause"
    assert inspect.getdoc(scenario.script)


@every
def test_the_title_is_an_invariant_in_one_line(scenario: Scenario) -> None:
    assert re.search(r"\b(cannot|not|nothing|never|no)\b", scenario.title)
    assert not scenario.title.endswith(".")
    assert len(scenario.title) <= 100


@every
def test_clauses_are_sections_of_known_documents(scenario: Scenario) -> None:
    assert scenario.clauses
    assert len(set(scenario.clauses)) == len(scenario.clauses)
    for clause in scenario.clauses:
        match = re.fullmatch(r"RFC(\d{4})#\d+(\.\d+)*", clause)
        assert match, clause
        assert int(match[1]) in KNOWN_RFCS


@every
def test_the_remedy_is_a_sentence(scenario: Scenario) -> None:
    assert scenario.remedy.endswith(".")
    assert len(scenario.remedy.split()) >= 6


@every
def test_the_attack_wins_in_some_posture_and_is_blocked_in_some(scenario: Scenario) -> None:
    seen = {expect(scenario, posture).observed for posture in POSTURES}
    # Where no posture stops it, the client's habit is the weakness, and mending it must.
    mended = replace(scenario, verifier=VerifierSource.FRESH)
    with_mended = {expect(mended, posture).observed for posture in POSTURES}

    assert WON in seen
    assert REFUSED in seen or (
        scenario.verifier is not VerifierSource.FRESH and REFUSED in with_mended
    )


@every
def test_the_weapon_fires_in_the_postures_that_it_declares(scenario: Scenario) -> None:
    assert WON in {expect(scenario, posture).observed for posture in scenario.postures}


@every
def test_postures_and_channels_are_declared_once_and_known(scenario: Scenario) -> None:
    for declared, known in ((scenario.postures, POSTURES), (scenario.channels, CHANNELS)):
        assert declared
        assert set(declared) <= set(known)
        assert len(set(declared)) == len(declared)


@every
def test_the_prize_follows_from_the_goal(scenario: Scenario) -> None:
    wants_token = scenario.goal is Goal.REDEEM

    assert scenario.info.proof is (Proof.TOKEN if wants_token else Proof.SESSION)
    assert scenario.info.active is scenario.vantage.active
    assert scenario.info.id == scenario.id


@every
def test_the_file_is_short(scenario: Scenario) -> None:
    assert len(file_of(scenario).read_text().splitlines()) <= MOST_LINES


@every
def test_a_script_knows_people_and_no_machinery(scenario: Scenario) -> None:
    for node in ast.walk(syntax_of(scenario)):
        assert not isinstance(node, ast.Import | ast.Assert | ast.Try), ast.unparse(node)
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert module in MAY_IMPORT or module.startswith("scenarios."), module
            assert not module.startswith("scenarios.stage")
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            assert "sleep" not in name


@every
def test_everything_in_a_script_happens_in_an_announced_step(scenario: Scenario) -> None:
    _docstring, *steps = script_of(scenario).body

    assert len(steps) >= 2
    for step in steps:
        assert isinstance(step, ast.AsyncWith), ast.unparse(step)
        call = step.items[0].context_expr
        assert isinstance(call, ast.Call)
        assert ast.unparse(call.func) == "play.step"
        title = ast.literal_eval(call.args[0])
        assert title[0].isupper()
        assert not title.endswith(".")


def test_scenarios_come_family_by_family_and_file_by_file() -> None:
    files = [file_of(scenario) for scenario in all_scenarios().values()]

    assert files == sorted(files, key=lambda path: (FAMILIES.index(path.parent.name), path.name))


def test_the_postures_of_a_pair_differ_in_one_switch() -> None:
    neighbours = [("no-pkce", "plain"), ("plain", "s256"), ("s256", "confidential-s256")]
    infos = {posture.id: posture.info.switches for posture in POSTURES}
    for left, right in neighbours:
        assert len(infos[left].items() - infos[right].items()) == 1
