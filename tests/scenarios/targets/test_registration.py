"""Clients that register themselves at real local servers, good and bad ones, and leave again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from scenarios.stage.scope import Authority
from scenarios.targets import registration
from scenarios.targets.registration import Registration, RegistrationError, register, unregister
from scenarios.targets.sections import ClientSection
from scenarios.targets.sources import Source

URI = "https://app.example.com/callback"
PUBLIC = ClientSection(type="public", redirect_uris=(URI,), register=True)
CONFIDENTIAL = ClientSection(
    type="confidential", redirect_uris=(URI,), register=True, secret=Source(env="X")
)
ENDPOINT = "https://idp.test/register"
HERE = {Authority("idp.test", 443)}

Answer = Callable[[Request], Awaitable[Response]]


def at(answer: Answer) -> httpx.AsyncClient:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (await answer(Request(scope, receive)))(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app))


def registered(client: ClientSection, answer: Answer) -> Registration:
    async def do() -> Registration:
        async with at(answer) as http:
            return await register("web", client, ENDPOINT, http)

    return asyncio.run(do())


async def friendly(request: Request) -> Response:
    wanted = json.loads(await request.body())
    assert wanted["redirect_uris"] == [URI]
    method = wanted["token_endpoint_auth_method"]
    said = {
        "client_id": "c1",
        "token_endpoint_auth_method": method,
        "registration_client_uri": f"{ENDPOINT}/c1",
        "registration_access_token": "the-token",
    }
    return JSONResponse(said if method == "none" else {**said, "client_secret": "s"}, 201)


def test_a_client_is_what_the_server_makes_of_it() -> None:
    public, confidential = registered(PUBLIC, friendly), registered(CONFIDENTIAL, friendly)

    assert (public.client_id, public.secret) == ("c1", None)
    assert (confidential.secret, confidential.in_header) == ("s", True)
    assert "the-token" not in repr(public)


async def refuses(request: Request) -> Response:
    return JSONResponse({"error": "invalid_redirect_uri"}, 400)


async def forgets_secret(request: Request) -> Response:
    return JSONResponse({"client_id": "c1"}, 201)


async def forgets_id(request: Request) -> Response:
    return JSONResponse({}, 201)


async def speaks_html(request: Request) -> Response:
    return Response("<html>", 200)


async def says_too_much(request: Request) -> Response:
    return JSONResponse({"client_id": "c1", "client_secret": "x" * 200_000}, 201)


async def sends_elsewhere(request: Request) -> Response:
    return RedirectResponse("https://elsewhere.test/", 307)


@pytest.mark.parametrize(
    "answer", [refuses, forgets_secret, forgets_id, speaks_html, says_too_much, sends_elsewhere]
)
def test_who_is_not_registered_is_told_what_to_do(answer: Answer) -> None:
    with pytest.raises(RegistrationError, match="Register it by hand"):
        registered(CONFIDENTIAL, answer)


def test_a_server_that_takes_its_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "_SECONDS", 0.05)

    async def sleeps(request: Request) -> Response:
        await asyncio.sleep(5)
        return Response()

    with pytest.raises(RegistrationError, match="TimeoutError"):
        registered(PUBLIC, sleeps)


def test_a_client_leaves_where_it_may_be_dialled_and_nowhere_else() -> None:
    asked: list[tuple[str, str]] = []

    async def takes_out(request: Request) -> Response:
        asked.append((request.method, request.headers["authorization"]))
        return Response(status_code=204)

    async def leave(each: Registration) -> bool:
        async with at(takes_out) as http:
            return await unregister(each, http, HERE)

    at_home = Registration("c1", address=f"{ENDPOINT}/c1", token="t")
    elsewhere = Registration("c1", address="https://elsewhere.test/c1", token="t")

    assert asyncio.run(leave(at_home))
    assert asked == [("DELETE", "Bearer t")]
    assert not asyncio.run(leave(elsewhere))
    assert not asyncio.run(leave(Registration("c1")))
    assert len(asked) == 1
