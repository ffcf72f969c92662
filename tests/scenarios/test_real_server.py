"""A client of somebody else's server as a posture, and no secret that shows."""

from dataclasses import replace

import pytest

from scenarios.real_server import Subjects, person
from tests.scenarios.sites import ISSUER, PROVIDER, SERVER, WEB, site
from victim.client import GOOD, Pkce
from victim.identity_provider import HARDENED


def test_a_client_is_a_posture_of_its_own_name() -> None:
    posture = WEB.posture(HARDENED)

    assert (posture.id, posture.client_type, posture.policy) == ("web", WEB.type, HARDENED)
    assert posture.title == "web: confidential, PKCE S256"
    assert posture.weaknesses == ()


@pytest.mark.parametrize("pkce", Pkce)
def test_our_client_uses_pkce_as_the_file_says(pkce: Pkce) -> None:
    assert replace(WEB, pkce=pkce).posture(HARDENED).pkce is pkce


def test_no_secret_shows_in_what_is_said_of_a_client() -> None:
    assert "the-secret" not in repr(WEB)
    assert "hunter2" not in repr(person("alice", "hunter2"))
    assert "the-secret" not in repr(site(WEB))


def test_but_for_pkce_our_client_does_all_well() -> None:
    assert WEB.habits == GOOD
    assert replace(WEB, pkce=Pkce.NONE).habits == replace(GOOD, pkce_unused=True)
    assert replace(WEB, pkce=Pkce.PLAIN).habits == replace(GOOD, plain_used=True)


@pytest.mark.parametrize(
    ("url", "endpoint", "same"),
    [
        (f"{ISSUER}/authorize", PROVIDER.authorization_endpoint, True),
        (f"{ISSUER}/token", PROVIDER.token_endpoint, True),
        (f"{ISSUER}/token/", PROVIDER.token_endpoint, False),
        (f"{ISSUER}/token", PROVIDER.authorization_endpoint, False),
        ("", "", True),
    ],
)
def test_an_endpoint_is_compared_without_its_query(url: str, endpoint: str, same: bool) -> None:
    assert SERVER.is_endpoint(url, endpoint) is same


def test_nobody_is_known_until_somebody_has_signed_in() -> None:
    assert Subjects() == Subjects(victim="", attacker="")
    assert person("alice", "hunter2").subject == ""
