"""What is revoked in the end, as whom, and what is said of the rest."""

import asyncio
from base64 import b64encode
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from scenarios.real_server import RegisteredClient
from scenarios.stage.courtesy import Issued
from scenarios.targets.revocation import revoke
from victim.identity_provider import ClientType

ENDPOINT = "https://idp.test/revoke"
URI = "https://app.example.com/callback"
PUBLIC = RegisteredClient("spa", "spa", URI, "openid", ClientType.PUBLIC)
WEB = RegisteredClient("web", "web app", URI, "openid", ClientType.CONFIDENTIAL, secret="a:b")
CLIENTS = {"spa": PUBLIC, "web app": WEB}


class Server:
    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[tuple[dict[str, Any], str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        form = dict(httpx.QueryParams((await request.body()).decode()))
        self.asked.append((form, request.headers.get("authorization", "")))
        await Response(status_code=self.status)(scope, receive, send)

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

    assert Server(400).revoked(ACCESS, REFRESH) == "2 of 2 tokens could not be revoked"
    assert Server().revoked(ACCESS, stranger) == "1 of 2 tokens could not be revoked"
    assert "no revocation endpoint" in Server().revoked(ACCESS, endpoint="")
    assert Server().revoked() == ""
