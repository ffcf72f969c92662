import pytest

from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    RESPONSE_AND_REFERRER,
    TOKEN_RESPONSES,
    Vantage,
)
from scenarios.model.door import Answer
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Held, Verifier, held, why_unknown
from scenarios.postures import NO_PKCE, PLAIN, S256, Posture
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

TELLING = weakened(["referrer_leaked"], ClientType.PUBLIC)
IN_STATE, FIXED = S256.having("verifier_in_state"), S256.having("verifier_fixed")


def redeemed(verifier: Verifier, posture: Posture, vantage: Vantage) -> Answer:
    return Redeem(verifier).answer(posture, vantage)


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
        (Verifier.CHALLENGE, RESPONSE_AND_REFERRER, PLAIN, False),
        (Verifier.CHALLENGE, RESPONSE_AND_REFERRER, TELLING, True),
        (Verifier.CHALLENGE, RESPONSE, TELLING, False),
        (Verifier.OWN, OWN_REQUEST, S256, True),
        (Verifier.OWN, OWN_REQUEST, PLAIN, True),
        (Verifier.OWN, REQUEST_AND_RESPONSE, S256, False),
    ],
)
def test_who_can_know_the_verifier(
    verifier: Verifier, vantage: Vantage, posture: Posture, known: bool
) -> None:
    assert redeemed(verifier, posture, vantage).opens is known


@pytest.mark.parametrize("vantage", [RESPONSE, REQUEST_AND_RESPONSE], ids=["response", "both"])
@pytest.mark.parametrize(
    "verifier", [Verifier.LEFT_OUT, Verifier.EMPTY, Verifier.CHALLENGE, Verifier.FROM_STATE]
)
def test_a_code_that_is_bound_to_nothing_needs_no_verifier(
    verifier: Verifier, vantage: Vantage
) -> None:
    assert redeemed(verifier, NO_PKCE, vantage).opens


@pytest.mark.parametrize("verifier", [Verifier.MADE_UP, Verifier.OWN])
def test_a_code_that_is_bound_to_nothing_bears_no_verifier(verifier: Verifier) -> None:
    assert not redeemed(verifier, NO_PKCE, RESPONSE).opens


def test_who_finds_nothing_has_no_verifier_and_who_finds_it_has_the_clients() -> None:
    assert held(Verifier.FROM_STATE, S256, RESPONSE) == Held(Verifier.LEFT_OUT)
    assert held(Verifier.FROM_STATE, IN_STATE, RESPONSE).verifier is Verifier.CLIENTS
    assert held(Verifier.CHALLENGE, S256, RESPONSE) == Held(Verifier.LEFT_OUT)
    assert held(Verifier.MADE_UP, S256, RESPONSE) == Held(Verifier.MADE_UP)


def test_the_reason_says_what_gave_it_away() -> None:
    assert "in state" in redeemed(Verifier.FROM_STATE, IN_STATE, RESPONSE).why
    assert "every copy" in redeemed(Verifier.FIXED, FIXED, RESPONSE_AND_APP).why
    assert "itself" in redeemed(Verifier.OWN, S256, OWN_REQUEST).why
    assert "plain" in redeemed(Verifier.CHALLENGE, PLAIN, REQUEST_AND_RESPONSE).why


def test_the_reason_says_what_kept_it_secret() -> None:
    assert "unseen" in why_unknown(S256, RESPONSE)
    assert "turned back" in why_unknown(S256, REQUEST_AND_RESPONSE)
    assert "does not present" in why_unknown(PLAIN, REQUEST_AND_RESPONSE)
