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
from scenarios.channels import CHANNELS, HEADLINE_CHANNELS
from scenarios.matrix import base_of, sees
from scenarios.model.expectation import expect
from scenarios.model.injection import Inject
from scenarios.model.redemption import Redeem
from scenarios.postures import POSTURES, Posture
from scenarios.registry import FAMILIES, Scenario, all_scenarios
from scenarios.weaknesses import catalogue, weakened

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
MOST_LINES = 70
MOST_LINES_OF_SEVERAL = 160
KNOWN_RFCS = {6265, 6749, 6750, 6819, 7523, 7636, 8252, 8414, 8705, 9101, 9126, 9207, 9449, 9700}
KNOWN_OTHERS = {"OIDC-CORE", "OAUTH-2.1"}
MAY_IMPORT = {
    "attacker.loot",
    "attacker.own_client",
    "attacker.own_pages",
    "attacker.own_server",
    "attacker.pkce",
    "attacker.request_object",
    "attacker.pushed_requests",
    "attacker.thief",
    "attacker.token_request",
    "attacker.vantage",
    "reports.records",
    "victim.identity_provider",
}
HEADLINE = [scenario for scenario in all_scenarios().values() if scenario.is_headline]

every = pytest.mark.parametrize(
    "scenario", all_scenarios().values(), ids=lambda scenario: scenario.id
)
every_headline = pytest.mark.parametrize("scenario", HEADLINE, ids=lambda scenario: scenario.id)


def observed(scenario: Scenario, posture: Posture) -> Observation:
    """What the model expects of it, at a client with the habits that it declares."""
    return expect(scenario, posture.having(*scenario.habits)).observed


def file_of(scenario: Scenario) -> Path:
    return Path(inspect.getfile(inspect.unwrap(scenario.script)))


def syntax_of(scenario: Scenario) -> ast.Module:
    return ast.parse(file_of(scenario).read_text())


def scripts_of(scenario: Scenario) -> list[ast.AsyncFunctionDef]:
    """The scripts of its file, and the steps that several of them share."""
    walked = ast.walk(syntax_of(scenario))
    return [node for node in walked if isinstance(node, ast.AsyncFunctionDef)]


def neighbours_of(scenario: Scenario) -> list[Scenario]:
    """Every scenario of its file, itself included."""
    path = file_of(scenario)
    return [each for each in all_scenarios().values() if file_of(each) == path]


def test_every_folder_of_scenarios_is_a_family() -> None:
    root = Path(scenarios.__path__[0])
    folders = {path.parent.name for path in root.glob("*/*.py")}

    assert folders - {"assessment", "model", "settings", "stage", "targets"} == set(FAMILIES)


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

    name = path.stem.replace("_", "-")
    alone = len(neighbours_of(scenario)) == 1
    assert scenario.id == name or not alone, "a file with one script is named as it"
    assert scenario.family == path.parent.name
    assert all_scenarios()[scenario.id] is scenario


@every
def test_a_scenario_tells_its_story(scenario: Scenario) -> None:
    headline, _, rest = scenario.story.partition("\n\n")

    assert headline.endswith("."), "one sentence first"
    assert "\n" not in headline
    assert re.search("RFC|OAuth 2.1|OpenID|FAPI", rest), "then why, with the clause"
    assert inspect.getdoc(scenario.script)


@every
def test_the_title_is_an_invariant_in_one_line(scenario: Scenario) -> None:
    invariant = r"\b(cannot|not|nothing|nobody|never|no|refused|ends|one|is read as)\b"
    assert re.search(invariant, scenario.title, re.IGNORECASE)
    assert not scenario.title.endswith(".")
    assert len(scenario.title) <= 100


@every
def test_clauses_are_sections_of_known_documents(scenario: Scenario) -> None:
    assert scenario.clauses
    assert len(set(scenario.clauses)) == len(scenario.clauses)
    for clause in scenario.clauses:
        match = re.fullmatch(r"(?:RFC(\d{4})|([A-Z0-9.-]+))#\d+(\.\d+)*", clause)
        assert match, clause
        assert int(match[1]) in KNOWN_RFCS if match[1] else match[2] in KNOWN_OTHERS


@every
def test_the_remedy_is_a_sentence(scenario: Scenario) -> None:
    assert scenario.remedy.endswith(".")
    assert len(scenario.remedy.split()) >= 6


@every_headline
def test_the_attack_wins_in_some_posture_and_is_blocked_in_some(scenario: Scenario) -> None:
    seen = {observed(scenario, posture) for posture in POSTURES}
    # Where no posture stops it, the client's habit is the weakness, and mending it must.
    mended = replace(scenario, habits=())
    with_mended = {observed(mended, posture) for posture in POSTURES}

    assert WON in seen
    assert REFUSED in seen or (scenario.habits and REFUSED in with_mended)


@every_headline
def test_the_weapon_fires_in_the_postures_that_it_declares(scenario: Scenario) -> None:
    assert WON in {observed(scenario, posture) for posture in scenario.postures}


@every
def test_the_attack_wins_under_some_weakness(scenario: Scenario) -> None:
    weak = [weakened([name], scenario.client_type) for name in catalogue()]

    assert any(sees(scenario, posture.named(*scenario.uses)) for posture in weak)


@every
def test_where_nothing_is_weak_only_a_limit_of_the_protocol_lets_it_through(
    scenario: Scenario,
) -> None:
    fate = expect(scenario, base_of(scenario)).observed

    assert fate is (WON if scenario.limit else REFUSED)
    assert not scenario.limit.endswith(".")


@every
def test_channels_are_declared_once_and_known(scenario: Scenario) -> None:
    assert scenario.channels
    assert set(scenario.channels) <= set(CHANNELS)
    assert len(set(scenario.channels)) == len(scenario.channels)


@every
def test_postures_are_those_of_the_headline_each_once(scenario: Scenario) -> None:
    assert set(scenario.postures) <= set(POSTURES)
    assert len(set(scenario.postures)) == len(scenario.postures)
    assert scenario.is_headline is bool(scenario.postures)


@every_headline
def test_what_the_demo_plays_has_a_channel_of_the_demo(scenario: Scenario) -> None:
    assert set(scenario.channels) & set(HEADLINE_CHANNELS)


@every
def test_habits_that_are_declared_exist_and_bad_ones_are_in_the_catalogue(
    scenario: Scenario,
) -> None:
    assert set(scenario.habits) <= set(catalogue())
    assert not set(scenario.uses) & set(catalogue())
    base_of(scenario)  # or TypeError


@every
def test_the_prize_follows_from_the_doors(scenario: Scenario) -> None:
    kinds = {type(door) for door in scenario.attack}

    assert kinds, "an attack without a door is none"
    if Redeem in kinds:
        assert scenario.proof is Proof.TOKEN
    if Inject in kinds:
        assert scenario.proof in {Proof.SESSION, Proof.FORCED_SESSION}


@every
def test_the_log_describes_a_scenario_as_it_is(scenario: Scenario) -> None:
    info = scenario.info

    assert info.active is scenario.vantage.active
    assert (info.id, info.proof, info.vantage) == (
        scenario.id,
        scenario.proof,
        scenario.vantage.name,
    )
    assert (info.refusals, info.deviates) == (scenario.refusals, scenario.deviates)
    assert info.refusals, "some way of being refused must count"


@every
def test_the_file_is_short(scenario: Scenario) -> None:
    most = MOST_LINES if len(neighbours_of(scenario)) == 1 else MOST_LINES_OF_SEVERAL
    assert len(file_of(scenario).read_text().splitlines()) <= most


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
    scripts = scripts_of(scenario)
    assert scripts

    for script in scripts:
        steps = [step for step in script.body if not _is_docstring(step)]
        for step in steps:
            assert isinstance(step, ast.AsyncWith | ast.For) or _is_handed_on(step), _text(step)
        for title in _titles(script):
            assert title[0].isupper()
            assert not title.endswith(".")


def _titles(script: ast.AsyncFunctionDef) -> list[str]:
    calls = [node for node in ast.walk(script) if isinstance(node, ast.Call)]
    announced = [call for call in calls if _text(call.func) == "play.step"]
    texts = [call.args[0] for call in announced]
    return [ast.literal_eval(text) for text in texts if isinstance(text, ast.Constant)]


def _is_handed_on(step: ast.stmt) -> bool:
    """Whether it gives or takes what steps that are shared have found."""
    if isinstance(step, ast.Return):
        return True
    return isinstance(step, ast.Assign) and re.search(r"await _?\w+\(play", _text(step)) is not None


def _is_docstring(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant)


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


def test_scenarios_come_family_by_family_and_file_by_file() -> None:
    files = [file_of(scenario) for scenario in all_scenarios().values()]

    assert files == sorted(files, key=lambda path: (FAMILIES.index(path.parent.name), path.name))


def test_the_postures_of_a_pair_differ_in_one_switch() -> None:
    neighbours = [("no-pkce", "plain"), ("plain", "s256"), ("s256", "confidential-s256")]
    infos = {posture.id: posture.switches for posture in POSTURES}
    for left, right in neighbours:
        assert len(infos[left].items() - infos[right].items()) == 1
