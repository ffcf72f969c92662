from itertools import combinations

import pytest

from scenarios.postures import (
    CONFIDENTIAL_NO_PKCE,
    CONFIDENTIAL_S256,
    HEADLINE,
    NO_PKCE,
    PLAIN,
    POSTURES,
    S256,
    hardened,
)
from victim.client import GOOD, Pkce
from victim.identity_provider import DEMO, HARDENED, ClientType


def test_ids_are_unique() -> None:
    every = [*POSTURES, *(hardened(kind) for kind in ClientType)]

    assert len({posture.id for posture in every}) == len(every)
    assert len({posture.title for posture in every}) == len(every)


def test_the_headline_postures_are_among_all() -> None:
    assert set(HEADLINE) < set(POSTURES)


def test_the_switches_tell_every_two_postures_apart() -> None:
    for left, right in combinations(POSTURES, 2):
        assert left.switches != right.switches


def test_the_switches_say_what_the_client_does() -> None:
    assert NO_PKCE.switches == {"PKCE": Pkce.NONE.value, "client secret": "none"}
    assert S256.switches == {"PKCE": "S256", "client secret": "none"}
    assert CONFIDENTIAL_S256.switches["client secret"] != "none"


def test_only_confidential_clients_have_a_secret() -> None:
    for posture in POSTURES:
        assert posture.confidential == (posture.switches["client secret"] != "none")
        assert posture.confidential == posture.id.startswith("confidential")


def test_a_client_with_a_key_has_no_secret_and_still_proves_who_it_is() -> None:
    public, confidential = (hardened(kind) for kind in ClientType)

    assert [each.has_secret for each in (public, confidential)] == [False, True]
    keyed = confidential.named("client_assertions")
    assert not keyed.has_secret
    assert keyed.switches["client secret"] not in {"none", confidential.switches["client secret"]}


def test_pkce_is_what_the_habits_make_of_it() -> None:
    assert [posture.pkce for posture in (NO_PKCE, PLAIN, S256)] == [*Pkce]
    assert CONFIDENTIAL_NO_PKCE.pkce is Pkce.NONE
    assert CONFIDENTIAL_S256.pkce is Pkce.S256


def test_the_postures_of_the_headline_share_one_server_and_name_no_weakness() -> None:
    for posture in POSTURES:
        assert posture.policy == DEMO
        assert posture.weaknesses == ()


@pytest.mark.parametrize("kind", ClientType)
def test_a_hardened_posture_has_no_bad_habit_at_a_strict_server(kind: ClientType) -> None:
    posture = hardened(kind)

    assert (posture.habits, posture.policy) == (GOOD, HARDENED)
    assert posture.client_type is kind
    assert posture.pkce is Pkce.S256


def test_a_posture_with_more_habits_is_the_same_otherwise() -> None:
    changed = S256.having("verifier_in_state").having("state_unbound")

    assert changed.habits.verifier_in_state
    assert changed.habits.state_unbound
    assert changed.habits.nonce_unchecked == S256.habits.nonce_unchecked
    assert changed.carries == ("verifier_in_state", "state_unbound")
    assert (changed.id, changed.policy, changed.switches) == (S256.id, S256.policy, S256.switches)
    assert S256.having() == S256
    assert S256.carries == ()


def test_a_habit_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(TypeError, match="verifier_shouted"):
        S256.having("verifier_shouted")
