"""An address is taken for what it is: a request in any of its forms, or else a response."""

from urllib.parse import urlencode

import pytest

from attacker.addresses import address, is_authorization_request, whole_address
from attacker.vantage import Leg
from victim.client.signing import SigningKey

ASKED = {"client_id": "app", "response_type": "code", "state": "the-state"}
SIGNED = SigningKey().request_object("https://idp.test", ASKED)
PUSHED = {"client_id": "app", "request_uri": "urn:1"}
ANSWER = "https://app.test/cb?code=the-code"


def at_server(request: dict[str, str]) -> str:
    return f"https://idp.test/authorize?{urlencode(request)}"


@pytest.mark.parametrize("request_", [ASKED, SIGNED, PUSHED], ids=["in clear", "signed", "pushed"])
def test_a_request_is_one_however_it_is_carried(request_: dict[str, str]) -> None:
    assert is_authorization_request(at_server(request_))
    assert address("e1", "a log", at_server(request_)).leg is Leg.AUTHORIZATION_REQUEST


@pytest.mark.parametrize("url", [ANSWER, "https://idp.test/authorize?request=no-object"])
def test_what_asks_for_nothing_may_be_a_response(url: str) -> None:
    assert not is_authorization_request(url)
    assert address("e1", "a log", url).leg is Leg.AUTHORIZATION_RESPONSE


def test_a_signed_request_shows_what_it_asks_for() -> None:
    shown = address("e1", "a log", at_server(SIGNED))

    assert shown.parameters == ASKED
    assert SIGNED["request"] in shown.text


def test_a_whole_address_has_its_fragment_too() -> None:
    (alone,) = whole_address("e1", "the history", ANSWER)
    _, fragment = whole_address("e1", "the history", f"{ANSWER}#access_token=the-token")

    assert alone.parameters == {"code": "the-code"}
    assert (fragment.leg, fragment.parameters) == (Leg.FRAGMENT, {"access_token": "the-token"})
