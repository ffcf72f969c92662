"""What a server binds a code to, by what it was asked and by its weaknesses."""

import pytest

from attacker.vantage import ALTERED_REQUEST
from scenarios.model.challenge import Ask, Asked, Bound, binding
from scenarios.postures import NO_PKCE, PLAIN, S256, Posture, hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

HARDENED = hardened(ClientType.PUBLIC)


def weak(*names: str) -> Posture:
    return weakened(names, ClientType.PUBLIC)


@pytest.mark.parametrize("asked", [a for a in Asked if a not in {Asked.CLIENTS, Asked.OWN}])
def test_a_hardened_server_gives_no_code_for_a_bent_request(asked: Asked) -> None:
    bound, why = binding(asked, HARDENED)

    assert bound is None
    assert why


@pytest.mark.parametrize(
    ("asked", "weakness", "bound"),
    [
        (Asked.NONE, "pkce_optional", Bound.NOTHING),
        (Asked.NONE, "verifier_without_challenge_accepted", Bound.ANY_VERIFIER),
        (Asked.NONE, "pkce_only_at_token_endpoint", Bound.NO_VERIFIER),
        (Asked.METHOD_ALONE, "method_without_challenge_accepted", Bound.NOTHING),
        (Asked.EMPTY, "empty_challenge_accepted", Bound.NOTHING),
        (Asked.AS_PLAIN, "plain_accepted", Bound.PLAIN),
        (Asked.WITHOUT_METHOD, "plain_accepted", Bound.PLAIN),
        (Asked.AS_UNKNOWN, "unknown_challenge_method_accepted", Bound.PLAIN),
    ],
)
def test_a_weak_server_binds_the_code_to_less(asked: Asked, weakness: str, bound: Bound) -> None:
    assert binding(asked, weak(weakness)).bound is bound
    assert Ask(asked).answer(weak(weakness), ALTERED_REQUEST).opens


def test_what_the_client_writes_is_what_binds() -> None:
    assert binding(Asked.CLIENTS, S256).bound is Bound.S256
    assert binding(Asked.CLIENTS, PLAIN).bound is Bound.PLAIN
    assert binding(Asked.CLIENTS, NO_PKCE).bound is Bound.NOTHING
    assert binding(Asked.OWN, HARDENED).bound is Bound.OWN


def test_the_reason_is_in_words() -> None:
    assert "without a challenge" in Ask(Asked.NONE).answer(HARDENED, ALTERED_REQUEST).why
