from dataclasses import replace

import pytest

from attacker.vantage import RESPONSE
from scenarios.model import Answer
from scenarios.model.injection import Inject
from scenarios.postures import NO_PKCE, PLAIN, S256, Posture, hardened
from tests.scenarios.model.possible import ANY_POSTURE, VANTAGES, name
from victim.client import Habits
from victim.identity_provider import ClientType

IN_STATE = S256.having("verifier_in_state")


def injected(posture: Posture, *, with_state: bool = False) -> Answer:
    return Inject(with_state).answer(posture, RESPONSE)


@pytest.mark.parametrize("posture", [p for p in ANY_POSTURE if not p.confidential], ids=name)
@pytest.mark.parametrize("with_state", [False, True])
def test_a_secret_changes_nothing_for_an_injection(posture: Posture, with_state: bool) -> None:
    confidential = replace(posture, client_type=ClientType.CONFIDENTIAL)

    without, having = (injected(p, with_state=with_state) for p in (posture, confidential))

    assert having.opens is without.opens
    assert "secret" not in without.why
    assert ("in spite of its secret" in having.why) is having.opens


@pytest.mark.parametrize("posture", ANY_POSTURE, ids=name)
@pytest.mark.parametrize("with_state", [False, True])
def test_what_the_attacker_sees_beside_the_response_plays_no_part(
    posture: Posture, with_state: bool
) -> None:
    assert len({Inject(with_state).answer(posture, vantage) for vantage in VANTAGES}) == 1


@pytest.mark.parametrize("posture", [PLAIN, S256], ids=name)
def test_a_code_alone_does_not_fit_the_verifier_of_the_attackers_own_login(
    posture: Posture,
) -> None:
    assert not injected(posture).opens
    assert not injected(posture.having("verifier_in_state")).opens


def test_a_fixed_verifier_makes_an_injected_code_fit() -> None:
    assert injected(S256.having("verifier_fixed")).opens


def test_without_pkce_the_nonce_is_what_is_left() -> None:
    checking = replace(NO_PKCE, habits=Habits(pkce_unused=True))

    assert injected(NO_PKCE).opens
    assert not injected(checking).opens
    assert "nonce" in injected(checking).why


def test_a_state_that_carries_the_verifier_is_injected_with_it() -> None:
    assert injected(IN_STATE, with_state=True).opens
    assert not injected(S256, with_state=True).opens


@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("kind", ClientType)
def test_hardened_no_injection_succeeds(kind: ClientType, with_state: bool) -> None:
    assert not injected(hardened(kind), with_state=with_state).opens


@pytest.mark.parametrize(
    ("habits", "alone", "with_state"),
    [
        (("state_unbound",), False, True),
        (("flow_in_unbound_state",), False, True),
        (("verifier_in_raw_state",), False, False),
        (("state_predictable",), False, False),
        (("state_predictable", "pkce_unused", "nonce_unchecked"), True, True),
        (("state_missing", "pkce_unused", "nonce_unchecked"), True, True),
        (("state_unchecked", "pkce_unused", "nonce_unchecked"), True, True),
        (("state_unchecked", "pkce_unused"), False, False),
        (("verifier_fixed",), False, False),
        (("verifier_fixed", "nonce_unchecked"), True, False),
        (("state_unbound", "verifier_in_cookie"), False, False),
        (("state_unbound", "encrypted_state"), False, False),
        (("verifier_in_state", "encrypted_state"), False, False),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_a_client_is_fooled_by_what_its_habits_leave_unchecked(
    habits: tuple[str, ...], alone: bool, with_state: bool
) -> None:
    posture = hardened(ClientType.PUBLIC).having(*habits)

    assert injected(posture).opens is alone
    assert injected(posture, with_state=True).opens is with_state
