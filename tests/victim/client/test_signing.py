"""What a client signs: good for one server, one request and a short while."""

import time
from urllib.parse import parse_qs

import pytest
from joserfc import jws, jwt

from tests.victim.client.conftest import ISSUER, Make, query
from victim.client.signing import SigningKey
from victim.identity_provider import Policy


def test_an_assertion_names_the_client_the_server_and_its_end() -> None:
    key = SigningKey()

    signed = key.assertion("contoso", ISSUER)["client_assertion"]

    claims = jwt.decode(signed, key.public, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("contoso", "contoso", ISSUER)
    assert time.time() < claims["exp"] <= time.time() + 300
    assert jws.extract_compact(signed.encode()).headers()["typ"] == "client-authentication+jwt"


def test_no_two_assertions_are_alike() -> None:
    key = SigningKey()

    assert key.assertion("contoso", ISSUER) != key.assertion("contoso", ISSUER)


def test_a_request_object_has_the_request_and_says_from_whom_to_whom() -> None:
    key, request = SigningKey(), {"client_id": "contoso", "state": "s1"}

    sent = key.request_object(ISSUER, request)

    assert sent.keys() == {"client_id", "request"}
    signed = jwt.decode(sent["request"], key.public, algorithms=["ES256"])
    assert signed.header["typ"] == "oauth-authz-req+jwt"
    assert (signed.claims["iss"], signed.claims["aud"]) == ("contoso", ISSUER)
    assert signed.claims.items() >= request.items()


def test_what_is_shown_of_the_key_is_its_public_half() -> None:
    key = SigningKey()

    assert not key.public.is_private
    assert key.public.thumbprint() == key.public.thumbprint()
    assert SigningKey().public.thumbprint() != key.public.thumbprint()


@pytest.mark.anyio
async def test_a_client_with_a_key_signs_its_user_in_without_a_secret(contoso: Make) -> None:
    world = contoso("client_assertions", policy=Policy())
    browser = world.browser()

    await world.log_in(browser)

    redeemed = next(s.request for s in world.sent if str(s.request.url).endswith("/token"))
    form = parse_qs(redeemed.content.decode())
    assert "client_secret" not in form
    assert ("client_assertion", form["client_assertion"][0]) in world.learned
    assert await world.who(browser) == "sub-alice"


@pytest.mark.anyio
async def test_a_client_that_signs_its_requests_signs_its_users_in(contoso: Make) -> None:
    world = contoso("signed_requests", policy=Policy())
    browser = world.browser()

    await world.log_in(browser)

    asked = next(str(s.request.url) for s in world.sent if "/authorize?" in str(s.request.url))
    assert query(asked).keys() == {"client_id", "request"}
    assert await world.who(browser) == "sub-alice"
