from dataclasses import fields, replace

import pytest

from scenarios.postures import hardened
from scenarios.weaknesses import catalogue, side_of, weakened
from victim.client import GOOD, Habits, bad_habits
from victim.identity_provider import HARDENED, ClientType, Policy, weaknesses

PUBLIC = ClientType.PUBLIC
SERVER = {field.name for field in fields(Policy)}
CLIENT = {field.name for field in fields(Habits)}

each = pytest.mark.parametrize("name", catalogue())


def on(posture_part: Policy | Habits) -> set[str]:
    return {f.name for f in fields(posture_part) if getattr(posture_part, f.name) is True}


def test_the_catalogue_has_every_weakness_of_either_side_server_first() -> None:
    assert list(catalogue().values()) == [*weaknesses(), *bad_habits()]
    assert len(catalogue()) >= 50


@each
def test_a_weakness_is_of_one_side(name: str) -> None:
    assert side_of(name) == ("server" if name in SERVER else "client")
    assert (name in SERVER) is not (name in CLIENT)


@each
def test_what_a_weakness_needs_is_in_the_catalogue_too(name: str) -> None:
    assert set(catalogue()[name].needs) <= set(catalogue()) - {name}


@each
def test_a_weakened_posture_has_the_weakness_and_what_it_needs_and_no_other(name: str) -> None:
    posture = weakened([name], PUBLIC)
    wanted, waiting = set[str](), {name}
    while waiting:
        wanted |= waiting
        waiting = {need for one in waiting for need in catalogue()[one].needs} - wanted

    assert on(posture.policy) | on(posture.habits) == wanted | on(HARDENED)
    assert posture.weaknesses == (name,)


@each
@pytest.mark.parametrize("kind", ClientType)
def test_a_weakened_posture_is_hardened_otherwise(name: str, kind: ClientType) -> None:
    posture, base = weakened([name], kind), hardened(kind)
    switched = {**dict.fromkeys(catalogue(), False)}

    policy = replace(posture.policy, **{n: v for n, v in switched.items() if n in SERVER})
    habits = replace(posture.habits, **{n: v for n, v in switched.items() if n in CLIENT})

    assert (policy, habits) == (HARDENED, GOOD)
    assert (posture.client_type, posture.carries) == (base.client_type, ())
    assert posture.id.endswith(f".{kind}")


def test_every_weakened_posture_has_an_id_and_a_title_of_its_own() -> None:
    postures = [weakened([name], kind) for name in catalogue() for kind in ClientType]

    assert len({posture.id for posture in postures}) == len(postures)
    assert len({posture.title for posture in postures}) == len(postures)


def test_two_weaknesses_are_on_together_whoever_is_named_first() -> None:
    both = weakened(["plain_used", "iss_missing"], PUBLIC)

    assert both == weakened(["iss_missing", "plain_used"], PUBLIC)
    assert both.id == "iss-missing+plain-used.public"
    assert both.title == "public, iss missing and plain used"
    assert both.weaknesses == ("iss_missing", "plain_used")
    assert both.policy.iss_missing
    assert both.policy.plain_accepted  # plain_used needs it
    assert both.habits.plain_used


def test_a_name_that_is_not_in_the_catalogue_is_an_error() -> None:
    with pytest.raises(KeyError, match="verifier_shouted"):
        weakened(["verifier_shouted"], PUBLIC)
