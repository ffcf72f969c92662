"""What many wrong verifiers do to a code, and one."""

import pytest

from attacker.vantage import RESPONSE, RESPONSE_AND_APP
from scenarios.model.guessing import Burn, Guess
from scenarios.postures import NO_PKCE, hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

HARDENED = hardened(ClientType.PUBLIC)


def guessed(*names: str) -> bool:
    return Guess().answer(weakened(names, ClientType.PUBLIC), RESPONSE_AND_APP).opens


def test_few_candidates_and_a_server_that_bears_them_all_let_a_guess_through() -> None:
    assert guessed("unlimited_verifier_guesses")
    assert not guessed("verifier_guessable")
    assert not guessed("unlimited_verifier_guesses", "wrong_verifier_burns_code")


def test_a_verifier_in_every_copy_is_the_first_guess() -> None:
    assert guessed("verifier_fixed")
    assert not Guess().answer(weakened(["verifier_fixed"], ClientType.PUBLIC), RESPONSE).opens


def test_without_candidates_the_thief_does_without() -> None:
    assert not Guess().answer(HARDENED, RESPONSE_AND_APP).opens
    assert Guess().answer(NO_PKCE, RESPONSE_AND_APP).opens
    assert guessed("verifier_optional_at_token")


@pytest.mark.parametrize("weakness", ["wrong_verifier_burns_code", "verifier_not_compared"])
def test_a_code_ends_where_it_is_burnt_or_given_away(weakness: str) -> None:
    assert Burn().answer(weakened([weakness], ClientType.PUBLIC), RESPONSE).opens


def test_a_wrong_verifier_does_not_end_a_code_at_a_hardened_server() -> None:
    assert not Burn().answer(HARDENED, RESPONSE).opens


def test_a_code_that_serves_again_and_again_cannot_be_used_up() -> None:
    both = weakened(["verifier_not_compared", "code_reusable"], ClientType.PUBLIC)

    assert not Burn().answer(both, RESPONSE).opens
