"""Both kinds of target can be put on the stage, and each group of plays has a name of its own."""

import httpx
import pytest

from scenarios.channels import ACCESS_LOG, LOOPBACK
from scenarios.embedded import Embedded, invent_people
from scenarios.postures import S256
from scenarios.target import Key, Site, Target
from tests.scenarios.sites import PEOPLE, PHONE, WEB, site


def test_a_group_is_named_for_channel_client_and_what_the_scenario_puts_on_top() -> None:
    assert Key(LOOPBACK, S256).name == "loopback.s256"
    assert Key(ACCESS_LOG, S256.having("dpop")).name == "access-log.s256.dpop"


@pytest.mark.parametrize(
    "there", [Embedded(invent_people()), site(WEB, PHONE)], ids=["embedded", "real"]
)
def test_a_site_says_where_everybody_is_before_anything_is_up(there: Site) -> None:
    assert there.provider_hosts
    assert there.client_places
    for place in there.client_places:
        assert place.host not in there.provider_hosts
    assert not there.is_token_endpoint("https://evil.test/token")
    assert not there.is_authorization_endpoint("https://evil.test/authorize")


@pytest.mark.parametrize(
    "there", [Embedded(invent_people()), site(WEB, PHONE)], ids=["embedded", "real"]
)
def test_a_server_is_either_one_of_ours_or_dialled(there: Site) -> None:
    target: Target = there.build(0, lambda kind, value: None, httpx.AsyncClient())

    assert (target.provider is None) is bool(there.remote)
    assert target.people.victim.username != target.people.attacker.username


def test_passwords_of_people_do_not_show() -> None:
    assert "hunter" not in repr(PEOPLE)
