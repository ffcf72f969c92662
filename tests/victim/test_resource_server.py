"""Whose a token is, by what the provider says about it, and nothing where it says nothing."""

import asyncio
from base64 import b64encode
from typing import Any

import httpx
import pytest

from victim.resource_server import Introspection, ResourceServer

ASKED = Introspection("https://idp.test/introspect", "web", "a:b")


class Provider:
    def __init__(self, status: int, said: Any) -> None:
        self.status, self.said = status, said
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.said is None:
            raise httpx.ConnectError("down", request=request)
        return httpx.Response(self.status, json=self.said)


def shown(
    provider: Provider, headers: dict[str, str], how: Introspection = ASKED, subject: str = "sub"
) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as back:
            api = ResourceServer(how, back, subject)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(api)) as http:
                return await http.get("https://api.test/me", headers=headers)

    return asyncio.run(ask())


BEARER = {"Authorization": "Bearer t1"}


def test_an_active_token_shows_whose_it_is() -> None:
    provider = Provider(200, {"active": True, "sub": "alice"})

    assert shown(provider, BEARER).json() == {"sub": "alice"}
    (asked,) = provider.asked
    assert asked.headers["authorization"] == f"Basic {b64encode(b'web:a%3Ab').decode()}"
    assert b"token=t1" in asked.content


def test_the_secret_stands_in_the_form_where_the_provider_wants_it_there() -> None:
    provider = Provider(200, {"active": True, "user": {"id": 7}})
    in_form = Introspection(ASKED.endpoint, "web", "s", in_header=False)

    assert shown(provider, BEARER, in_form, "user.id").json() == {"sub": "7"}
    assert b"client_secret=s" in provider.asked[0].content
    assert "authorization" not in provider.asked[0].headers


@pytest.mark.parametrize("said", [{"active": False}, {"active": True}, {"active": True, "sub": ""}])
def test_a_token_that_is_nobody_s_is_refused(said: dict[str, Any]) -> None:
    assert shown(Provider(200, said), BEARER).status_code == 401


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic t1"}, {"Authorization": "Bearer"}]
)
def test_who_brings_no_token_is_not_asked_about(headers: dict[str, str]) -> None:
    provider = Provider(200, {"active": True, "sub": "alice"})

    assert shown(provider, headers).status_code == 401
    assert provider.asked == []


@pytest.mark.parametrize(
    ("status", "said"), [(500, {}), (401, {}), (200, []), (200, {"sub": "alice"}), (200, None)]
)
def test_where_the_provider_says_nothing_no_token_is_refused(status: int, said: Any) -> None:
    assert shown(Provider(status, said), BEARER).status_code == 502


def test_the_secret_is_not_printed() -> None:
    assert "a:b" not in repr(ASKED)
