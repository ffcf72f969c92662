import pytest

from attacker.vantage import RESPONSE
from scenarios.model.rule import Rule, Unhindered, in_words
from scenarios.postures import hardened
from scenarios.weaknesses import catalogue, weakened
from victim.identity_provider import ClientType

PUBLIC = ClientType.PUBLIC
RULE = Rule("a code is good once", ("iss_missing", "plain_used"))


def test_a_rule_that_everybody_keeps_is_a_shut_door() -> None:
    assert RULE.answer(hardened(PUBLIC), RESPONSE) == (False, "a code is good once")
    assert not RULE.answer(weakened(["iss_unchecked"], PUBLIC), RESPONSE).opens


@pytest.mark.parametrize("name", RULE.bent_by)
def test_each_weakness_that_bends_it_opens_the_door_of_either_side(name: str) -> None:
    assert RULE.answer(weakened([name], PUBLIC), RESPONSE) == (True, in_words(name))


def test_of_two_that_bend_it_the_first_is_named() -> None:
    both = weakened(["plain_used", "iss_missing"], PUBLIC)

    assert RULE.answer(both, RESPONSE) == (True, in_words("iss_missing"))


def test_where_no_party_has_a_rule_the_door_is_open_in_any_posture() -> None:
    door = Unhindered("nothing tells the two apart")

    for posture in (hardened(PUBLIC), weakened(["plain_used"], PUBLIC)):
        assert door.answer(posture, RESPONSE) == (True, "nothing tells the two apart")


@pytest.mark.parametrize("name", catalogue())
def test_every_weakness_can_be_told_in_the_middle_of_a_sentence(name: str) -> None:
    text = in_words(name)

    assert text[0].islower()
    assert not text.endswith(".")
    assert ", so " not in text
    assert catalogue()[name].description.lower().startswith(text.lower())
