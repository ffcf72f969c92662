import pytest

from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    Leg,
    Vantage,
)

ALL = (RESPONSE, REQUEST_AND_RESPONSE, RESPONSE_AND_APP, OWN_REQUEST)


def test_names_are_unique() -> None:
    assert len({vantage.name for vantage in ALL}) == len(ALL)


@pytest.mark.parametrize("vantage", ALL, ids=lambda vantage: vantage.name)
def test_everybody_sees_what_is_public_and_what_is_their_own(vantage: Vantage) -> None:
    assert vantage.sees(Leg.PUBLISHED)
    assert vantage.sees(Leg.OWN)


@pytest.mark.parametrize(
    ("vantage", "request_seen", "active", "unpacks_app"),
    [
        (RESPONSE, False, False, False),
        (RESPONSE_AND_APP, False, False, True),
        (REQUEST_AND_RESPONSE, True, False, False),
        (OWN_REQUEST, True, True, False),
    ],
)
def test_a_vantage_is_what_its_name_says(
    vantage: Vantage, request_seen: bool, active: bool, unpacks_app: bool
) -> None:
    assert vantage.sees(Leg.AUTHORIZATION_RESPONSE)
    assert vantage.sees(Leg.AUTHORIZATION_REQUEST) is request_seen
    assert vantage.active is active
    assert vantage.unpacks_app is unpacks_app
    assert ("request" in vantage.name.replace("without the request", "")) is request_seen


def test_a_leg_that_is_not_named_is_not_seen() -> None:
    blind = Vantage("nothing at all", frozenset())

    assert not any(blind.sees(leg) for leg in Leg)
