import pytest

from attacker import vantage as module
from attacker.vantage import (
    ALTERED_REQUEST,
    BOTH_AND_APP,
    HISTORY_OF_OWN_REQUEST,
    LOCAL_PROCESS,
    OWN_ACCOUNT,
    OWN_ADDRESS,
    OWN_REQUEST,
    OWN_REQUEST_AND_APP,
    OWN_REQUEST_AND_HELPER,
    OWN_REQUEST_AND_WEB_SITE,
    OWN_SERVER,
    OWN_SERVER_AND_REQUEST,
    OWN_SERVICE,
    REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    RESPONSE_AND_REFERRER,
    SCRIPT_AT_CLIENT,
    TOKEN_REQUESTS,
    TOKEN_RESPONSES,
    WEB_SITE,
    WHOLE_REDIRECT,
    Leg,
    Vantage,
)

ALL = [value for value in vars(module).values() if isinstance(value, Vantage)]
PASSIVE = (False, False, False, False)
LEGS = {
    RESPONSE: {Leg.AUTHORIZATION_RESPONSE},
    RESPONSE_AND_APP: {Leg.AUTHORIZATION_RESPONSE},
    RESPONSE_AND_REFERRER: {Leg.AUTHORIZATION_RESPONSE, Leg.REFERRER},
    WHOLE_REDIRECT: {Leg.AUTHORIZATION_RESPONSE, Leg.REDIRECT_COOKIES},
    REQUEST: {Leg.AUTHORIZATION_REQUEST},
    REQUEST_AND_RESPONSE: {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    ALTERED_REQUEST: {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    OWN_REQUEST: {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    TOKEN_REQUESTS: {Leg.TOKEN_REQUEST},
    TOKEN_RESPONSES: {Leg.TOKEN_RESPONSE},
    OWN_ACCOUNT: set(),
    WEB_SITE: {Leg.AUTHORIZATION_RESPONSE},
    OWN_REQUEST_AND_WEB_SITE: {Leg.AUTHORIZATION_RESPONSE, Leg.FRAGMENT},
    LOCAL_PROCESS: {Leg.AUTHORIZATION_RESPONSE},
    OWN_REQUEST_AND_APP: {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    OWN_REQUEST_AND_HELPER: {Leg.AUTHORIZATION_RESPONSE},
    OWN_SERVICE: {Leg.OWN_SERVER},
    OWN_SERVER: {Leg.OWN_SERVER},
    OWN_SERVER_AND_REQUEST: {Leg.OWN_SERVER, Leg.AUTHORIZATION_RESPONSE},
    BOTH_AND_APP: {Leg.AUTHORIZATION_REQUEST, Leg.AUTHORIZATION_RESPONSE},
    SCRIPT_AT_CLIENT: {Leg.AUTHORIZATION_RESPONSE},
    HISTORY_OF_OWN_REQUEST: {Leg.AUTHORIZATION_RESPONSE, Leg.FRAGMENT},
    OWN_ADDRESS: {Leg.AUTHORIZATION_RESPONSE},
}
"""What each of them reads of what others say to each other."""


def test_names_are_unique() -> None:
    assert len({vantage.name for vantage in ALL}) == len(ALL)


@pytest.mark.parametrize("vantage", ALL, ids=lambda vantage: vantage.name)
def test_everybody_sees_what_is_public_and_what_is_their_own(vantage: Vantage) -> None:
    assert vantage.sees(Leg.PUBLISHED)
    assert vantage.sees(Leg.OWN)


@pytest.mark.parametrize("vantage", ALL, ids=lambda vantage: vantage.name)
def test_a_vantage_is_what_its_name_says(vantage: Vantage) -> None:
    assert {leg for leg in Leg if vantage.sees(leg)} - {Leg.PUBLISHED, Leg.OWN} == LEGS[vantage]
    assert ("authorization request" in vantage.name) is vantage.sees(Leg.AUTHORIZATION_REQUEST)
    assert ("token request" in vantage.name) is vantage.sees(Leg.TOKEN_REQUEST)


@pytest.mark.parametrize("vantage", ALL, ids=lambda vantage: vantage.name)
def test_powers_belong_to_those_whose_name_says_so(vantage: Vantage) -> None:
    powers = {
        OWN_REQUEST: (True, False, False, False),
        OWN_SERVER_AND_REQUEST: (True, False, False, False),
        OWN_REQUEST_AND_WEB_SITE: (True, False, False, False),
        ALTERED_REQUEST: (False, True, False, False),
        RESPONSE_AND_APP: (False, False, True, False),
        BOTH_AND_APP: (False, False, True, False),
        HISTORY_OF_OWN_REQUEST: (True, False, False, False),
        SCRIPT_AT_CLIENT: (True, False, False, False),
        OWN_ADDRESS: (True, False, False, True),
        LOCAL_PROCESS: (False, False, False, True),
        OWN_REQUEST_AND_APP: (True, False, True, False),
        OWN_REQUEST_AND_HELPER: (True, False, False, True),
    }

    has = (
        *(vantage.active, vantage.alters_request, vantage.unpacks_app),
        vantage.at_own_address,
    )
    assert has == powers.get(vantage, PASSIVE)


def test_a_leg_that_is_not_named_is_not_seen() -> None:
    blind = Vantage("nothing at all", frozenset())

    assert not any(blind.sees(leg) for leg in Leg)
