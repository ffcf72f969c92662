"""Each switch and its attack: what a weak provider answers, what a hardened one, and nothing else.

An attack that several switches let through names them; any other switch must leave it as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from victim.identity_provider.pkce import s256
from victim.identity_provider.switches.pkce import PkceSwitches

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from tests.victim.identity_provider.switches.conftest import Attack, Play
    from victim.identity_provider import Response

type Outcome = tuple[int, str | None]

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = s256(VERIFIER)
OTHER = "w" * 43
NO_CHALLENGE = {"code_challenge": None, "code_challenge_method": None}

TOKENS: Outcome = (200, None)
NO_CODE: Outcome = (303, "invalid_request")
BAD_REQUEST: Outcome = (400, "invalid_request")
BAD_GRANT: Outcome = (400, "invalid_grant")


def outcome(response: Response) -> Outcome:
    return response.status, response.json().get("error")


def login(request: dict[str, Any], **token: str | None) -> Attack:
    """One authorization request and one token request, each with its overrides."""

    def attack(scene: Scene) -> Outcome:
        answer = scene.answer(scene.log_in(**request))
        if "error" in answer:
            return 303, answer["error"]
        return outcome(scene.token(code=answer["code"], **token))

    return attack


def own_verifier(verifier: str) -> Attack:
    """A client that brings the same odd verifier to both requests."""
    return login({"code_challenge": s256(verifier)}, code_verifier=verifier)


def with_verifiers(*verifiers: str, query: str = "") -> Attack:
    """A token request with any number of verifiers in its body."""

    def attack(scene: Scene) -> Outcome:
        form = [
            ("grant_type", "authorization_code"),
            ("client_id", scene.PUBLIC.client_id),
            ("redirect_uri", scene.PUBLIC.redirect_uris[0]),
            ("code", scene.code()),
            *(("code_verifier", verifier) for verifier in verifiers),
        ]
        return outcome(scene.post_token(urlencode(form), query=query))

    return attack


def after_wrong_verifiers(count: int) -> Attack:
    """The honest token request, after that many of somebody else's."""

    def attack(scene: Scene) -> Outcome:
        code = scene.code()
        for number in range(count):
            scene.token(code=code, code_verifier=f"{number:043}")
        return outcome(scene.token(code=code))

    return attack


def verifier_of_another_login(scene: Scene) -> Outcome:
    stolen = scene.code()
    scene.code(browser=scene.new_browser(), user=scene.MALLORY, code_challenge=s256(OTHER))
    return outcome(scene.token(code=stolen, code_verifier=OTHER))


@dataclass(frozen=True)
class Twins:
    """What the attack on a switch comes to, and the other switches that notice it as well.

    ``hidden_by`` are switches that, together with this one, make it come to something else.
    """

    attack: Attack
    hardened: Outcome
    weak: Outcome = TOKENS
    others: frozenset[str] = frozenset()
    hidden_by: frozenset[str] = frozenset()


ANY_VERIFIER = frozenset({"verifier_not_compared"})

TWINS = {
    "method_without_challenge_accepted": Twins(
        login({"code_challenge": None}, code_verifier=None), NO_CODE
    ),
    "empty_challenge_accepted": Twins(login({"code_challenge": ""}, code_verifier=None), NO_CODE),
    "pkce_only_at_token_endpoint": Twins(
        login(NO_CHALLENGE, code_verifier=None),
        NO_CODE,
        weak=BAD_GRANT,
        others=frozenset({"verifier_without_challenge_accepted"}),
        hidden_by=frozenset({"verifier_optional_at_token"}),  # now even the token request succeeds
    ),
    "unknown_challenge_method_accepted": Twins(
        login({"code_challenge": OTHER, "code_challenge_method": "S512"}, code_verifier=OTHER),
        NO_CODE,
    ),
    "challenge_method_case_insensitive": Twins(
        login({"code_challenge_method": "s256"}),
        NO_CODE,
        others=frozenset({"unknown_challenge_method_accepted"}),
    ),
    "padded_challenge_accepted": Twins(login({"code_challenge": f"{CHALLENGE}="}), NO_CODE),
    "verifier_optional_at_token": Twins(login({}, code_verifier=None), BAD_GRANT),
    "empty_verifier_accepted": Twins(login({}, code_verifier=""), BAD_GRANT),
    "verifier_not_compared": Twins(login({}, code_verifier=OTHER), BAD_GRANT),
    "challenge_accepted_as_verifier": Twins(
        login({}, code_verifier=CHALLENGE), BAD_GRANT, others=ANY_VERIFIER
    ),
    "challenge_method_dropped": Twins(
        login({}, code_verifier=CHALLENGE, code_challenge_method="plain"),
        BAD_GRANT,
        others=ANY_VERIFIER | {"challenge_accepted_as_verifier"},
    ),
    "verifier_without_challenge_accepted": Twins(
        login(NO_CHALLENGE), NO_CODE, others=frozenset({"pkce_only_at_token_endpoint"})
    ),
    "verifier_of_another_session_accepted": Twins(
        verifier_of_another_login, BAD_GRANT, others=ANY_VERIFIER
    ),
    "duplicate_verifier_first_wins": Twins(
        with_verifiers(VERIFIER, OTHER),
        BAD_REQUEST,
        others=frozenset({"duplicate_verifier_last_wins"}),
    ),
    "duplicate_verifier_last_wins": Twins(
        with_verifiers(OTHER, VERIFIER),
        BAD_REQUEST,
        others=frozenset({"duplicate_verifier_first_wins"}),
    ),
    "verifier_in_query_accepted": Twins(
        with_verifiers(query=f"code_verifier={VERIFIER}"), BAD_REQUEST
    ),
    "short_verifier_accepted": Twins(own_verifier("s" * 42), BAD_REQUEST),
    "long_verifier_accepted": Twins(own_verifier("l" * 129), BAD_REQUEST),
    "illegal_verifier_characters_accepted": Twins(own_verifier("v" * 42 + "+ö"), BAD_REQUEST),
    "wrong_verifier_burns_code": Twins(
        after_wrong_verifiers(1), TOKENS, weak=BAD_GRANT, others=ANY_VERIFIER
    ),
    "unlimited_verifier_guesses": Twins(
        after_wrong_verifiers(5),
        BAD_GRANT,
        hidden_by=ANY_VERIFIER | {"wrong_verifier_burns_code"},  # the first guess ends the code
    ),
}

twins = pytest.mark.parametrize(("switch", "case"), TWINS.items(), ids=TWINS)


def test_every_switch_has_its_twins() -> None:
    assert set(TWINS) == {switch.name for switch in dataclasses.fields(PkceSwitches)}


@twins
def test_hardened(switch: str, case: Twins, play: Play) -> None:
    assert play(case.attack, ()) == case.hardened


@twins
def test_weak(switch: str, case: Twins, play: Play) -> None:
    assert play(case.attack, [switch]) == case.weak


@twins
def test_no_other_switch_changes_that(
    switch: str, case: Twins, noticed_by: Callable[[Attack], set[str]]
) -> None:
    assert noticed_by(case.attack) == {switch, *case.others}


@twins
def test_a_second_weakness_does_not_hide_the_first(
    switch: str, case: Twins, hidden_by: Callable[[Attack, str], set[str]]
) -> None:
    assert hidden_by(case.attack, switch) == case.hidden_by


@twins
def test_the_switch_shows_on_the_demo_policy_unless_it_needs_pkce_required(
    switch: str, case: Twins, shows_on_demo: Callable[[Attack, str], bool]
) -> None:
    assert shows_on_demo(case.attack, switch) == (switch != "pkce_only_at_token_endpoint")


class TestTheSwitchIsNoWiderThanItsName:
    @pytest.mark.parametrize(
        ("switch", "attack", "expected"),
        [
            ("method_without_challenge_accepted", login({"code_challenge": ""}), NO_CODE),
            ("method_without_challenge_accepted", login(NO_CHALLENGE), NO_CODE),
            ("empty_challenge_accepted", login({"code_challenge": None}), NO_CODE),
            ("pkce_only_at_token_endpoint", login(NO_CHALLENGE), BAD_GRANT),
            ("verifier_without_challenge_accepted", login({"code_challenge": None}), NO_CODE),
            ("verifier_without_challenge_accepted", login({}, code_verifier=OTHER), BAD_GRANT),
            (
                "verifier_without_challenge_accepted",
                login(NO_CHALLENGE, code_verifier=None),
                BAD_GRANT,
            ),
            (
                "unknown_challenge_method_accepted",
                login({"code_challenge": OTHER, "code_challenge_method": "plain"}),
                NO_CODE,
            ),
            ("challenge_method_case_insensitive", login({}, code_verifier=OTHER), BAD_GRANT),
            ("padded_challenge_accepted", login({"code_challenge": f"{CHALLENGE}=="}), NO_CODE),
            ("verifier_optional_at_token", login({}, code_verifier=OTHER), BAD_GRANT),
            ("empty_verifier_accepted", login({}, code_verifier=None), BAD_GRANT),
            ("verifier_not_compared", login({}, code_verifier="w" * 42), BAD_REQUEST),
            ("challenge_method_dropped", login({}, code_verifier=CHALLENGE), BAD_GRANT),
            ("duplicate_verifier_first_wins", with_verifiers(OTHER, VERIFIER), BAD_GRANT),
            ("duplicate_verifier_last_wins", with_verifiers(VERIFIER, OTHER), BAD_GRANT),
            ("verifier_in_query_accepted", with_verifiers(VERIFIER, query="x=1"), BAD_REQUEST),
            (
                "verifier_in_query_accepted",
                with_verifiers(VERIFIER, query=f"code_verifier={VERIFIER}"),
                BAD_REQUEST,
            ),
            ("short_verifier_accepted", own_verifier("v" * 42 + "+"), BAD_REQUEST),
            ("long_verifier_accepted", own_verifier("v" * 42), BAD_REQUEST),
            ("illegal_verifier_characters_accepted", own_verifier("+" * 42), BAD_REQUEST),
        ],
    )
    def test_it_leaves_the_neighbouring_rule_alone(
        self, switch: str, attack: Attack, expected: Outcome, play: Play
    ) -> None:
        assert play(attack, [switch]) == expected


@pytest.mark.parametrize(
    "attack", [with_verifiers(VERIFIER, OTHER), with_verifiers(OTHER, VERIFIER)]
)
def test_both_habits_with_duplicates_can_be_on_at_once(attack: Attack, play: Play) -> None:
    switches = ["duplicate_verifier_first_wins", "duplicate_verifier_last_wins"]

    assert play(attack, switches) == TOKENS
