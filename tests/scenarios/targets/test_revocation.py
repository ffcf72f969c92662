"""What is revoked in the end, as whom, and what is said of the rest."""

import asyncio
from base64 import b64encode
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from scenarios.real_server import RegisteredClient
from scenarios.stage.courtesy import Issued
from scenarios.targets import revocation
from scenarios.targets.revocation import revoke
from victim.identity_provider import ClientType

ENDPOINT = "https://idp.test/revoke"
URI = "https://app.example.com/callback"
PUBLIC = RegisteredClient("spa", "spa", URI, "openid", ClientType.PUBLIC)
WEB = RegisteredClient("web", "web app", URI, "openid", ClientType.CONFIDENTIAL, secret="a:b")
CLIENTS = {"spa": PUBLIC, "web app": WEB}


class Server:
    def __init__(self, status: int = 200, body: str = "") -> None:
        self.status = status
        self.body = body
        self.asked: list[tuple[dict[str, Any], str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        form = dict(httpx.QueryParams((await request.body()).decode()))
        self.asked.append((form, request.headers.get("authorization", "")))
        await Response(self.body, self.status)(scope, receive, send)

    def revoked(self, *issued: Issued, endpoint: str = ENDPOINT) -> str:
        async def do() -> str:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self)) as http:
                return await revoke(issued, CLIENTS, endpoint, http)

        return asyncio.run(do())


ACCESS, REFRESH = Issued("spa", "access_token", "a"), Issued("web app", "refresh_token", "r")


def test_each_token_is_revoked_once_by_its_client_and_refresh_tokens_first() -> None:
    server = Server()

    assert server.revoked(ACCESS, REFRESH, ACCESS) == ""
    (first, by_header), (second, by_nobody) = server.asked
    assert (first["token"], second["token"]) == ("r", "a")
    assert by_header == f"Basic {b64encode(b'web+app:a%3Ab').decode()}"
    assert (second["client_id"], by_nobody) == ("spa", "")


def test_what_stays_is_said() -> None:
    stranger = Issued("nobody", "access_token", "x")

    said = Server(400).revoked(ACCESS, REFRESH)
    assert said == "2 of 2 tokens could not be revoked: HTTP 400 (2)"
    said = Server().revoked(ACCESS, stranger)
    assert said == "1 of 2 tokens could not be revoked: of no client (1)"
    assert "no revocation endpoint" in Server().revoked(ACCESS, endpoint="")
    assert Server().revoked() == ""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error":"invalid_client"}', "HTTP 401, invalid_client (1)"),
        ('{"error":"\\u001b[31m"}', "HTTP 401,  [31m (1)"),
        ('{"error":7}', "HTTP 401 (1)"),
        ("[" * 100_000, "HTTP 401 (1)"),
        ("no", "HTTP 401 (1)"),
    ],
    ids=["by its name", "with a control character", "no text", "bottomless", "no JSON"],
)
def test_why_it_stays_is_said_as_far_as_the_server_says_so(body: str, told: str) -> None:
    assert Server(401, body).revoked(ACCESS).endswith(f"could not be revoked: {told}")


def test_only_the_commonest_reasons_are_told_and_no_token_is_tried_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revocation, "_MOST", 2)
    many = [Issued("spa", "access_token", str(number)) for number in range(5)]
    server = Server(400)

    assert server.revoked(*many) == (
        "5 of 5 tokens could not be revoked: more than 2 (3); HTTP 400 (2)"
    )
    assert len(server.asked) == 2
