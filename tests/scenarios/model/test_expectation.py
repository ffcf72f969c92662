from dataclasses import dataclass, replace

import pytest

from attacker.vantage import Leg, Vantage
from reports.records import Observation
from scenarios.model import Answer, Door, opened, shut
from scenarios.model.expectation import Expectation, expect
from scenarios.model.injection import Inject
from scenarios.postures import NO_PKCE, PLAIN, POSTURES, S256, Posture
from scenarios.registry import all_scenarios
from scenarios.weaknesses import weakened
from tests.scenarios.model.possible import (
    ANY_POSTURE,
    HABITS,
    INJECTIONS,
    REDEMPTIONS,
    attacks,
    name,
    strength,
)
from victim.identity_provider import ClientType

COLUMNS = ("no-pkce", "plain", "s256", "confidential-no-pkce", "confidential-s256")
# The headline table of the README, typed by hand: w wins, b is blocked, - makes no sense.
TABLE = """
stolen-code               w b b b b
stolen-code-seen-request  w w b b b
verifier-in-state         - w w - b
fixed-verifier            - w w - b
injected-code             w b b w b
injected-code-and-state   - w w - w
own-flow                  w w w b b
"""
LETTERS = {
    "w": Observation.ATTACK_SUCCEEDED,
    "b": Observation.ATTACK_BLOCKED,
    "-": Observation.NOT_APPLICABLE,
}
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}
CELLS = [
    (row, posture, LETTERS[letter])
    for row, letters in ROWS.items()
    for posture, letter in zip(COLUMNS, letters, strict=True)
]
ANY = attacks(*REDEMPTIONS, *INJECTIONS)

each_posture = pytest.mark.parametrize("posture", ANY_POSTURE, ids=name)


@dataclass(frozen=True)
class Given(Door):
    """A door whose answer is known."""

    given: Answer

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        return self.given


def through(*answers: Answer) -> Expectation:
    """What is expected of an attack that meets these doors."""
    scenario = replace(all_scenarios()["stolen-code"], attack=tuple(map(Given, answers)))
    return expect(scenario, S256)


@pytest.mark.parametrize(("row", "column", "observed"), CELLS)
def test_the_model_derives_the_headline_table(row: str, column: str, observed: Observation) -> None:
    scenario = all_scenarios()[row]
    posture = next(posture for posture in POSTURES if posture.id == column)

    assert expect(scenario, posture.having(*scenario.habits)).observed is observed


def test_the_headline_table_is_whole() -> None:
    assert set(ROWS) == {each.id for each in all_scenarios().values() if each.is_headline}
    assert set(COLUMNS) == {posture.id for posture in POSTURES}


def test_an_attack_succeeds_when_every_door_opens_and_all_reasons_are_told() -> None:
    assert through(opened("this is known"), opened(), opened("that is not asked")) == Expectation(
        Observation.ATTACK_SUCCEEDED, "this is known, and that is not asked"
    )


def test_the_first_door_that_is_shut_ends_the_attack_and_says_why() -> None:
    assert through(
        opened("this is known"), shut("that is not"), shut("neither this")
    ) == Expectation(Observation.ATTACK_BLOCKED, "that is not")


@pytest.mark.parametrize("habit", [habits[0] for habits in HABITS if habits])
def test_without_pkce_a_bad_habit_with_the_verifier_makes_no_sense(habit: str) -> None:
    scenario = replace(all_scenarios()["stolen-code"], habits=(habit,))

    assert expect(scenario, NO_PKCE).observed is Observation.NOT_APPLICABLE
    assert expect(scenario, PLAIN).observed is not Observation.NOT_APPLICABLE


def test_among_single_weaknesses_every_cell_makes_sense() -> None:
    scenario = replace(all_scenarios()["stolen-code"], habits=("verifier_in_state",))
    posture = weakened(["pkce_unused"], ClientType.PUBLIC)

    assert expect(scenario, posture).observed is Observation.ATTACK_SUCCEEDED


@each_posture
def test_every_branch_says_why_in_words(posture: Posture) -> None:
    for scenario in ANY:
        why = expect(scenario, posture).why
        assert len(why.split()) >= 5, why
        assert why[0].islower(), "it follows a colon or a dash"
        assert not why.endswith(".")


@each_posture
@pytest.mark.parametrize("leg", list(Leg))
def test_one_more_leg_never_makes_an_attack_weaker(leg: Leg, posture: Posture) -> None:
    for scenario in ANY:
        more = replace(scenario.vantage, legs=scenario.vantage.legs | {leg})
        before = expect(scenario, posture).observed
        after = expect(replace(scenario, vantage=more), posture).observed
        assert strength(after) >= strength(before)


@each_posture
@pytest.mark.parametrize("power", ["active", "alters_request", "unpacks_app"])
def test_one_more_power_never_makes_an_attack_weaker(power: str, posture: Posture) -> None:
    for scenario in ANY:
        more = replace(scenario.vantage, **{power: True})
        before = expect(scenario, posture).observed
        after = expect(replace(scenario, vantage=more), posture).observed
        assert strength(after) >= strength(before)


@pytest.mark.parametrize("habits", HABITS, ids=str)
def test_stronger_pkce_never_helps_the_attacker(habits: tuple[str, ...]) -> None:
    # But for a state that carries the verifier: without PKCE it carries none, and is kept.
    carried = Inject(with_state=True) if "verifier_in_state" in habits else None
    for scenario in ANY:
        if carried in scenario.attack:
            continue
        fates = [
            strength(expect(scenario, posture.having(*habits)).observed)
            for posture in (NO_PKCE, PLAIN, S256)
        ]
        assert fates == sorted(fates, reverse=True)
