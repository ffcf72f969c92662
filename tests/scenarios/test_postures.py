from itertools import combinations

from scenarios.postures import CONFIDENTIAL_S256, HEADLINE, NO_PKCE, POSTURES, S256
from victim.client import Pkce


def test_ids_are_unique() -> None:
    assert len({posture.id for posture in POSTURES}) == len(POSTURES)


def test_the_headline_postures_are_among_all() -> None:
    assert set(HEADLINE) < set(POSTURES)


def test_the_switches_tell_every_two_postures_apart() -> None:
    for left, right in combinations(POSTURES, 2):
        assert left.info.switches != right.info.switches


def test_the_switches_say_what_the_client_does() -> None:
    assert NO_PKCE.info.switches == {"PKCE": Pkce.NONE.value, "client secret": "none"}
    assert S256.info.switches == {"PKCE": "S256", "client secret": "none"}
    assert CONFIDENTIAL_S256.info.switches["client secret"] != "none"


def test_only_confidential_clients_have_a_secret() -> None:
    for posture in POSTURES:
        assert posture.confidential == (posture.info.switches["client secret"] != "none")
        assert posture.confidential == posture.id.startswith("confidential")
