from dataclasses import replace

import pytest

from attacker.vantage import (
    BOTH_AND_APP,
    OWN_ACCOUNT,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    WHOLE_REDIRECT,
    Vantage,
)
from scenarios.model.giveaway import (
    computed_by_every_copy,
    in_cookie,
    in_every_copy,
    in_state,
    shown_by_every_login,
)
from scenarios.model.verifier import Way
from scenarios.postures import PLAIN, S256

WAYS: list[tuple[Way, str, Vantage, Vantage]] = [
    (in_state, "verifier_in_state", RESPONSE, OWN_ACCOUNT),
    (in_state, "verifier_in_raw_state", RESPONSE, OWN_ACCOUNT),
    (in_state, "verifier_in_signed_state", RESPONSE, OWN_ACCOUNT),
    (in_cookie, "verifier_in_cookie", WHOLE_REDIRECT, REQUEST_AND_RESPONSE),
    (in_every_copy, "verifier_fixed", RESPONSE_AND_APP, RESPONSE),
    (computed_by_every_copy, "verifier_guessable", BOTH_AND_APP, RESPONSE_AND_APP),
    (computed_by_every_copy, "verifier_guessable", BOTH_AND_APP, REQUEST_AND_RESPONSE),
]


@pytest.mark.parametrize(("way", "habit", "near", "far"), WAYS)
def test_a_habit_gives_the_verifier_to_whoever_sits_there_and_to_nobody_else(
    way: Way, habit: str, near: Vantage, far: Vantage
) -> None:
    assert way(S256.having(habit), near)
    assert not way(S256.having(habit), far)
    assert not way(S256, near)


@pytest.mark.parametrize("sealed", ["encrypted_state", "flow_in_unbound_state"])
def test_an_encrypted_state_shows_nobody_what_it_carries(sealed: str) -> None:
    assert not in_state(S256.having("verifier_in_state", sealed), RESPONSE)


@pytest.mark.parametrize("habit", ["verifier_fixed", "verifier_reused"])
def test_one_verifier_for_all_is_shown_by_plain_alone(habit: str) -> None:
    assert shown_by_every_login(PLAIN.having(habit), RESPONSE)
    assert not shown_by_every_login(S256.having(habit), RESPONSE)
    assert not shown_by_every_login(PLAIN, RESPONSE)


def test_a_guessable_verifier_is_made_anew_for_each_login() -> None:
    both = replace(PLAIN, habits=PLAIN.having("verifier_reused", "verifier_guessable").habits)

    assert not shown_by_every_login(both, RESPONSE)
