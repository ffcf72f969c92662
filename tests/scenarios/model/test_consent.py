import pytest

from attacker.vantage import OWN_REQUEST
from scenarios.model.consent import Unasked
from scenarios.postures import CONFIDENTIAL_S256, POSTURES, Posture, hardened
from scenarios.weaknesses import weakened
from victim.identity_provider import ClientType

PUBLIC, CONFIDENTIAL = ClientType.PUBLIC, ClientType.CONFIDENTIAL


def unasked(posture: Posture) -> tuple[bool, str]:
    return Unasked().answer(posture, OWN_REQUEST)


def test_a_strict_server_asks_again_for_a_public_client() -> None:
    opens, why = unasked(hardened(PUBLIC))

    assert not opens
    assert "asks the user again" in why


def test_nobody_can_pose_as_a_confidential_client_so_its_consent_is_remembered() -> None:
    assert unasked(hardened(CONFIDENTIAL)) == (True, "")
    assert unasked(CONFIDENTIAL_S256) == (True, "")


@pytest.mark.parametrize("name", ["consent_skipped", "consent_remembered_for_public_clients"])
def test_a_weak_server_lets_a_public_client_through(name: str) -> None:
    assert unasked(weakened([name], PUBLIC))[0]


def test_a_server_that_asks_nobody_is_told() -> None:
    assert "nobody" in unasked(weakened(["consent_skipped"], CONFIDENTIAL))[1]


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
def test_the_server_of_the_headline_remembers(posture: Posture) -> None:
    assert unasked(posture)[0]


def test_to_forbid_the_question_opens_the_door_only_where_that_counts_as_an_answer() -> None:
    silent = Unasked(by_prompt_none=True)
    weak = weakened(["prompt_none_without_consent"], PUBLIC)

    assert silent.answer(weak, OWN_REQUEST).opens
    assert not silent.answer(hardened(PUBLIC), OWN_REQUEST).opens
    assert not unasked(weak)[0]
