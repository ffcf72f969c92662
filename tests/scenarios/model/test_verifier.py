import pytest

from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    TOKEN_RESPONSES,
    Vantage,
)
from scenarios.model.verifier import Verifier, knows
from scenarios.postures import NO_PKCE, PLAIN, S256, Posture

IN_STATE, FIXED = S256.having("verifier_in_state"), S256.having("verifier_fixed")


@pytest.mark.parametrize(
    ("verifier", "vantage", "posture", "known"),
    [
        (Verifier.LEFT_OUT, RESPONSE, PLAIN, False),
        (Verifier.LEFT_OUT, RESPONSE, S256, False),
        (Verifier.LEFT_OUT, REQUEST_AND_RESPONSE, PLAIN, False),
        (Verifier.FROM_STATE, RESPONSE, IN_STATE, True),
        (Verifier.FROM_STATE, RESPONSE, S256, False),
        (Verifier.FROM_STATE, TOKEN_RESPONSES, IN_STATE, False),
        (Verifier.LEFT_OUT, RESPONSE, IN_STATE, False),
        (Verifier.FIXED, RESPONSE, FIXED, False),
        (Verifier.FIXED, RESPONSE_AND_APP, FIXED, True),
        (Verifier.FIXED, RESPONSE_AND_APP, S256, False),
        (Verifier.LEFT_OUT, RESPONSE_AND_APP, FIXED, False),
        (Verifier.CHALLENGE, RESPONSE, PLAIN, False),
        (Verifier.CHALLENGE, REQUEST_AND_RESPONSE, PLAIN, True),
        (Verifier.CHALLENGE, REQUEST_AND_RESPONSE, S256, False),
        (Verifier.OWN, OWN_REQUEST, S256, True),
        (Verifier.OWN, OWN_REQUEST, PLAIN, True),
        (Verifier.OWN, REQUEST_AND_RESPONSE, S256, False),
    ],
)
def test_who_can_know_the_verifier(
    verifier: Verifier, vantage: Vantage, posture: Posture, known: bool
) -> None:
    assert knows(verifier, posture, vantage).opens is known


@pytest.mark.parametrize("verifier", Verifier)
@pytest.mark.parametrize("vantage", [RESPONSE, OWN_REQUEST], ids=["passive", "active"])
def test_a_code_that_is_bound_to_nothing_needs_no_verifier(
    verifier: Verifier, vantage: Vantage
) -> None:
    assert knows(verifier, NO_PKCE, vantage).opens


def test_the_reason_says_what_gave_it_away() -> None:
    assert "in state" in knows(Verifier.FROM_STATE, IN_STATE, RESPONSE).why
    assert "every copy" in knows(Verifier.FIXED, FIXED, RESPONSE_AND_APP).why
    assert "itself" in knows(Verifier.OWN, S256, OWN_REQUEST).why
    assert "plain" in knows(Verifier.CHALLENGE, PLAIN, REQUEST_AND_RESPONSE).why


def test_the_reason_says_what_kept_it_secret() -> None:
    assert "unseen" in knows(Verifier.CHALLENGE, S256, RESPONSE).why
    assert "turned back" in knows(Verifier.CHALLENGE, S256, REQUEST_AND_RESPONSE).why
    assert "does not present" in knows(Verifier.LEFT_OUT, PLAIN, REQUEST_AND_RESPONSE).why
