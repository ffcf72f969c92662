"""The client's questions to its provider, and every useless answer to them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc.jwk import KeySet, RSAKey

from tests.victim.client.conftest import PROVIDER
from victim.client import Provider
from victim.client.back_channel import BackChannel, Tokens
from victim.client.errors import LoginFailedError

TOKENS = {"access_token": "the-token", "id_token": "the.id.token"}
TRACE = {"traceparent": "00-1-1-01"}
PAGE = httpx.Response(200, text="<html>")

type Ask[T] = Callable[[BackChannel, httpx.AsyncClient], Awaitable[T]]


def answer(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, json=body)


def asked[T](
    ask: Ask[T],
    *answers: httpx.Response | Exception,
    sent: list[httpx.Request] | None = None,
    provider: Provider = PROVIDER,
) -> T:
    """What comes of a question when the provider answers so."""
    waiting = list(answers)

    def answers_one(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        now = waiting.pop(0)
        if isinstance(now, Exception):
            raise now
        return now

    async def run() -> T:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answers_one)) as http:
            return await ask(BackChannel(provider), http)

    return asyncio.run(run())


async def redeem(provider: BackChannel, http: httpx.AsyncClient) -> Tokens:
    return await provider.redeem({"code": "the-code"}, http, TRACE)


async def push(provider: BackChannel, http: httpx.AsyncClient) -> str:
    return await provider.push({"response_type": "code"}, http, TRACE)


async def keys(provider: BackChannel, http: httpx.AsyncClient) -> KeySet:
    return await provider.keys(http, TRACE)


async def userinfo(provider: BackChannel, http: httpx.AsyncClient) -> dict[str, str]:
    return await provider.userinfo("the-token", http, TRACE)


def test_a_code_becomes_tokens_by_a_form_in_a_post() -> None:
    sent: list[httpx.Request] = []

    assert asked(redeem, answer(200, TOKENS), sent=sent) == ("the-token", "the.id.token", "")

    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", PROVIDER.token_endpoint)
    assert parse_qs(request.content.decode()) == {"code": ["the-code"]}
    assert request.headers["traceparent"] == "00-1-1-01"
    assert request.headers["accept"] == "application/json"


def test_a_refresh_token_is_handed_on() -> None:
    given = asked(redeem, answer(200, TOKENS | {"refresh_token": "the-refresh-token"}))

    assert given.refresh_token == "the-refresh-token"


@pytest.mark.parametrize(
    ("useless", "reason"),
    [
        (answer(400, {"error": "invalid_grant"}), "^invalid_grant$"),
        (answer(500, TOKENS), "HTTP 500"),
        (answer(200, {"token_type": "Bearer", "id_token": "t"}), "HTTP 200"),
        (answer(200, ["access_token"]), "HTTP 200"),
        (httpx.Response(502, text="<html>"), "HTTP 502"),
        (httpx.Response(200, text="[" * 100_000), "HTTP 200"),
        (answer(200, {"access_token": "t"}), "no ID token"),
        (answer(200, {"access_token": "t", "id_token": None}), "no ID token"),
    ],
)
def test_an_answer_without_tokens_ends_the_login(useless: httpx.Response, reason: str) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        asked(redeem, useless)


def test_a_provider_without_openid_need_not_send_an_id_token() -> None:
    plain = replace(PROVIDER, openid=False)

    assert asked(redeem, answer(200, {"access_token": "t"}), provider=plain) == ("t", "", "")


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"user": {"id": "alice-1"}}, "alice-1"),
        ({"user": {"id": 7}}, "7"),
        ({"user": {"id": "alice-1"}, "sub": "mallory-1"}, "alice-1"),
    ],
)
def test_who_the_user_is_may_stand_elsewhere(claims: dict[str, Any], named: str) -> None:
    elsewhere = replace(PROVIDER, subject="user.id")

    assert asked(userinfo, answer(200, claims), provider=elsewhere)["sub"] == named


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": "alice-1"}, {"user": "alice-1"}, {"user": {"id": ""}}, {"user": {"id": ["a"]}}],
    ids=str,
)
def test_nobody_is_signed_in_whom_that_place_does_not_name(claims: dict[str, Any]) -> None:
    elsewhere = replace(PROVIDER, subject="user.id")

    with pytest.raises(LoginFailedError, match="who the user is"):
        asked(userinfo, answer(200, claims), provider=elsewhere)


def test_a_request_becomes_a_reference_by_a_form_in_a_post() -> None:
    sent: list[httpx.Request] = []

    assert asked(push, answer(201, {"request_uri": "urn:x"}), sent=sent) == "urn:x"

    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", PROVIDER.pushed_request_endpoint)
    assert parse_qs(request.content.decode()) == {"response_type": ["code"]}
    assert request.headers["traceparent"] == "00-1-1-01"


@pytest.mark.parametrize(
    ("useless", "reason"),
    [
        (answer(400, {"error": "invalid_request"}), "^invalid_request$"),
        (answer(200, {"request_uri": "urn:x"}), "HTTP 200"),
        (answer(201, {"expires_in": 60}), "HTTP 201"),
        (PAGE, "HTTP 200"),
        (httpx.ConnectError("down"), "did not answer"),
    ],
)
def test_an_answer_without_a_reference_ends_the_login(
    useless: httpx.Response | Exception, reason: str
) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        asked(push, useless)


def test_the_keys_are_asked_for_once(signing_key: RSAKey) -> None:
    jwks = KeySet([signing_key]).as_dict(private=False)
    sent: list[httpx.Request] = []

    async def twice(provider: BackChannel, http: httpx.AsyncClient) -> list[KeySet]:
        return [await keys(provider, http), await keys(provider, http)]

    one, other = asked(twice, answer(200, jwks), sent=sent)

    assert one.as_dict(private=False) == other.as_dict(private=False) == jwks
    assert [(request.method, str(request.url)) for request in sent] == [("GET", PROVIDER.jwks_uri)]
    assert sent[0].headers["traceparent"] == "00-1-1-01"


@pytest.mark.parametrize(
    "useless",
    [
        answer(503, {"keys": []}),
        answer(200, {}),
        answer(200, {"keys": [{"kty": "nothing"}]}),
        answer(200, {"keys": ["no key"]}),
        answer(200, []),
        PAGE,
    ],
    ids=["HTTP 503", "no keys", "an unknown kind", "no object", "a list", "a page"],
)
def test_keys_that_cannot_be_read_end_the_login(useless: httpx.Response) -> None:
    with pytest.raises(LoginFailedError, match="keys cannot be read"):
        asked(keys, useless)


def test_keys_that_could_not_be_read_are_asked_for_again(signing_key: RSAKey) -> None:
    jwks = KeySet([signing_key]).as_dict(private=False)

    async def again(provider: BackChannel, http: httpx.AsyncClient) -> KeySet:
        with pytest.raises(LoginFailedError, match="HTTP 503"):
            await keys(provider, http)
        return await keys(provider, http)

    assert asked(again, answer(503, {}), answer(200, jwks)).as_dict(private=False) == jwks


def test_userinfo_is_asked_with_the_token_in_a_header() -> None:
    sent: list[httpx.Request] = []
    claims = {"sub": "alice-1", "name": "Alice"}

    assert asked(userinfo, answer(200, claims), sent=sent) == claims

    (request,) = sent
    assert (request.method, str(request.url)) == ("GET", PROVIDER.userinfo_endpoint)
    assert request.headers["authorization"] == "Bearer the-token"
    assert request.headers["traceparent"] == "00-1-1-01"
    assert request.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("useless", "reason"),
    [
        (answer(401, {"sub": "alice-1"}), "userinfo answered 401"),
        (answer(200, {}), "who the user is"),
        (answer(200, {"sub": ""}), "who the user is"),
        (answer(200, ["sub"]), "who the user is"),
        (PAGE, "who the user is"),
    ],
)
def test_nobody_is_signed_in_whom_userinfo_does_not_name(
    useless: httpx.Response, reason: str
) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        asked(userinfo, useless)


@pytest.mark.parametrize("ask", [redeem, keys, userinfo])
def test_a_provider_that_does_not_answer_ends_the_login(ask: Ask[object]) -> None:
    with pytest.raises(LoginFailedError, match=r"did not answer \(ReadTimeout\)"):
        asked(ask, httpx.ReadTimeout(""))
