from dataclasses import replace
from itertools import product

import pytest

from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    Leg,
    Vantage,
)
from reports.records import Observation
from scenarios.model import expect, knows_verifier
from scenarios.postures import NO_PKCE, PLAIN, POSTURES, S256, Posture
from scenarios.registry import Goal, Scenario, all_scenarios
from victim.client import Pkce, VerifierSource
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
VANTAGES = (RESPONSE, REQUEST_AND_RESPONSE, RESPONSE_AND_APP, OWN_REQUEST)
ANY = [
    replace(next(iter(all_scenarios().values())), vantage=vantage, verifier=source, goal=goal)
    for vantage, source, goal in product(VANTAGES, VerifierSource, Goal)
]


@pytest.mark.parametrize(("row", "column", "observed"), CELLS)
def test_the_model_derives_the_headline_table(row: str, column: str, observed: Observation) -> None:
    posture = next(posture for posture in POSTURES if posture.id == column)

    assert expect(all_scenarios()[row], posture).observed is observed


def test_the_headline_table_is_whole() -> None:
    assert set(ROWS) == set(all_scenarios())
    assert set(COLUMNS) == {posture.id for posture in POSTURES}


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
def test_every_branch_says_why_in_words(posture: Posture) -> None:
    for scenario in ANY:
        why = expect(scenario, posture).why
        assert len(why.split()) >= 5, why
        assert why[0].islower(), "it follows a colon or a dash"
        assert not why.endswith(".")


def strength(observed: Observation) -> int:
    return {Observation.ATTACK_BLOCKED: 0, Observation.ATTACK_SUCCEEDED: 1}.get(observed, -1)


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
@pytest.mark.parametrize("leg", list(Leg))
def test_one_more_leg_never_makes_an_attack_weaker(leg: Leg, posture: Posture) -> None:
    for scenario in ANY:
        more = replace(scenario.vantage, legs=scenario.vantage.legs | {leg})
        before = expect(scenario, posture).observed
        after = expect(replace(scenario, vantage=more), posture).observed
        assert strength(after) >= strength(before)


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
@pytest.mark.parametrize("power", ["active", "unpacks_app"])
def test_one_more_power_never_makes_an_attack_weaker(power: str, posture: Posture) -> None:
    for scenario in ANY:
        more = replace(scenario.vantage, **{power: True})
        before = expect(scenario, posture).observed
        after = expect(replace(scenario, vantage=more), posture).observed
        assert strength(after) >= strength(before)


@pytest.mark.parametrize("pkce", list(Pkce))
def test_a_secret_blocks_every_direct_redemption(pkce: Pkce) -> None:
    posture = Posture("p", "t", ClientType.CONFIDENTIAL, pkce)
    for scenario in ANY:
        if scenario.goal is Goal.REDEEM:
            assert expect(scenario, posture).observed is not Observation.ATTACK_SUCCEEDED


@pytest.mark.parametrize("pkce", list(Pkce))
def test_a_secret_changes_nothing_for_an_injection(pkce: Pkce) -> None:
    public = Posture("p", "t", ClientType.PUBLIC, pkce)
    confidential = Posture("c", "t", ClientType.CONFIDENTIAL, pkce)
    for scenario in ANY:
        if scenario.goal is not Goal.REDEEM:
            expected = expect(scenario, public)
            assert expect(scenario, confidential).observed is expected.observed
            if expected.observed is Observation.ATTACK_SUCCEEDED:
                assert "in spite of its secret" in expect(scenario, confidential).why
                assert "secret" not in expected.why


def test_stronger_pkce_never_helps_the_attacker() -> None:
    for scenario in ANY:
        fates = [strength(expect(scenario, p).observed) for p in (NO_PKCE, PLAIN, S256)]
        applicable = [fate for fate in fates if fate >= 0]
        assert applicable == sorted(applicable, reverse=True)


def test_a_block_by_the_secret_says_when_pkce_would_not_have_helped() -> None:
    own_flow, stolen = all_scenarios()["own-flow"], all_scenarios()["stolen-code"]
    posture = Posture("c", "t", ClientType.CONFIDENTIAL, Pkce.S256)

    assert "PKCE would not have helped: the attacker built" in expect(own_flow, posture).why
    assert "PKCE" not in expect(stolen, posture).why


@pytest.mark.parametrize(
    ("vantage", "posture", "source", "known"),
    [
        (RESPONSE, PLAIN, VerifierSource.FRESH, False),
        (RESPONSE, S256, VerifierSource.FRESH, False),
        (RESPONSE, S256, VerifierSource.IN_STATE, True),
        (RESPONSE, S256, VerifierSource.FIXED, False),
        (RESPONSE_AND_APP, S256, VerifierSource.FIXED, True),
        (RESPONSE_AND_APP, S256, VerifierSource.FRESH, False),
        (REQUEST_AND_RESPONSE, PLAIN, VerifierSource.FRESH, True),
        (REQUEST_AND_RESPONSE, S256, VerifierSource.FRESH, False),
        (OWN_REQUEST, S256, VerifierSource.FRESH, True),
    ],
)
def test_who_can_know_the_verifier(
    vantage: Vantage, posture: Posture, source: VerifierSource, known: bool
) -> None:
    assert knows_verifier(vantage, posture, source).known is known


def with_habit(goal: Goal, verifier: VerifierSource) -> Scenario:
    return replace(all_scenarios()["injected-code"], goal=goal, verifier=verifier)


def test_a_fixed_verifier_makes_an_injected_code_fit() -> None:
    scenario = with_habit(Goal.INJECT_CODE, VerifierSource.FIXED)

    assert expect(scenario, S256).observed is Observation.ATTACK_SUCCEEDED


def test_a_code_alone_does_not_fit_the_verifier_in_the_attackers_own_state() -> None:
    scenario = with_habit(Goal.INJECT_CODE, VerifierSource.IN_STATE)

    assert expect(scenario, S256).observed is Observation.ATTACK_BLOCKED
