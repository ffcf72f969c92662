"""Metadata is read within bounds, from one host, and only where it is of the right issuer."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from scenarios.stage.servers import bind, serve
from scenarios.targets import discovery
from scenarios.targets.discovery import DiscoveryError, addresses, discover

type Answer = Callable[[Request], Response]


def says(metadata: Callable[[str], Any]) -> Answer:
    return lambda request: Response(json.dumps(metadata(str(request.base_url).rstrip("/"))))


def app(answer: Answer, path: str = "/.well-known/openid-configuration") -> Starlette:
    async def handle(request: Request) -> Response:
        return answer(request)

    return Starlette(routes=[Route(path, handle)])


def asked(server: ASGIApp, issuer_path: str = "") -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        async with (
            serve(server, bind("127.0.0.1", 0)) as (host, port),
            # A client that would follow redirects: discovery must not let it.
            httpx.AsyncClient(follow_redirects=True, trust_env=False) as http,
        ):
            return await discover(f"http://{host}:{port}{issuer_path}", http)

    return asyncio.run(ask())


def refusal(server: ASGIApp) -> str:
    with pytest.raises(DiscoveryError) as refused:
        asked(server)
    return str(refused.value)


def test_an_issuer_with_a_path_has_three_places_to_look() -> None:
    assert addresses("https://a.test/realms/x") == [
        "https://a.test/realms/x/.well-known/openid-configuration",
        "https://a.test/.well-known/oauth-authorization-server/realms/x",
        "https://a.test/.well-known/openid-configuration/realms/x",
    ]


def test_metadata_of_openid_discovery_is_read() -> None:
    found = asked(app(says(lambda base: {"issuer": base, "token_endpoint": f"{base}/token"})))

    assert found["token_endpoint"] == f"{found['issuer']}/token"


def test_metadata_of_rfc_8414_is_found_where_the_path_is_inserted() -> None:
    path = "/.well-known/oauth-authorization-server/tenant"
    server = app(says(lambda base: {"issuer": f"{base}/tenant"}), path)

    assert asked(server, "/tenant")["issuer"].endswith("/tenant")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: Response("{'"), "no JSON object"),
        (lambda _: Response("[]"), "no JSON object"),
        (lambda _: Response("[" * 100_000), "no JSON object"),
        (lambda _: Response(b"\xff\xfe\x00"), "no JSON object"),
        (lambda _: Response(status_code=500), "answered 500"),
        (says(lambda base: {"issuer": f"{base}/"}), "and not of"),
        (says(lambda _: {"issuer": "https://evil.test"}), "is of the issuer 'https://evil.test'"),
        (says(lambda _: {}), "is of the issuer None"),
        (
            says(lambda base: {"issuer": base, "token_endpoint": "javascript:alert(1)"}),
            "no web address",
        ),
    ],
)
def test_what_is_no_metadata_of_this_issuer_is_refused(answer: Answer, reason: str) -> None:
    assert reason in refusal(app(answer))


def test_control_characters_of_a_server_do_not_reach_the_terminal() -> None:
    said = refusal(app(says(lambda _: {"issuer": "\x1b[2J\nno"})))

    assert said.isprintable()


def test_redirects_are_not_followed() -> None:
    visits = []

    def answer(request: Request) -> Response:
        visits.append(request.url.path)
        return RedirectResponse(request.url)

    assert "answered 307, to go to 'http" in refusal(app(answer))
    assert len(visits) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_on_the_same_host_is_followed_such_as_to_a_slash(status: int) -> None:
    # As Django sends it where a route ends in one.
    there = "/.well-known/openid-configuration/"
    says_where = Route(
        there.rstrip("/"), lambda request: RedirectResponse(there, status_code=status)
    )
    is_there = Route(there, says(lambda issuer: {"issuer": issuer, "scopes_supported": ["a"]}))

    assert asked(Starlette(routes=[says_where, is_there]))["scopes_supported"] == ["a"]


@pytest.mark.parametrize("port", [":1", ""], ids=["another port", "another host"])
def test_and_on_no_other(port: str) -> None:
    elsewhere = f"http://{'127.0.0.1' if port else 'evil.test'}{port}/metadata"

    said = refusal(app(lambda request: RedirectResponse(elsewhere)))

    assert f"answered 307, to go to {elsewhere!r}" in said


def test_nothing_published_is_told_with_the_places_that_were_tried() -> None:
    said = refusal(Starlette())

    assert "oauth-authorization-server answered 404" in said
    assert "discovery = false" in said


def test_a_body_without_end_is_cut_off() -> None:
    sent = 0

    async def flood() -> Any:
        nonlocal sent
        while sent < 1_000_000_000:
            sent += 65_536
            yield b" " * 65_536
            await asyncio.sleep(0)  # else it would never learn that nobody listens

    assert "longer than a megabyte" in refusal(app(lambda _: StreamingResponse(flood())))
    assert sent < 100_000_000


def test_a_packed_body_is_not_unpacked() -> None:
    headers = {"Content-Encoding": "gzip"}

    assert "no JSON object" in refusal(app(lambda _: Response(b"\x1f\x8b\x08", headers=headers)))


def test_a_slow_drip_ends_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_SECONDS", 0.5)

    async def drip() -> Any:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    started = time.monotonic()
    assert "has not been told" in refusal(app(lambda _: StreamingResponse(drip())))
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\nA\x00: b\r\n\r\n", b"\x16\x03\x01 not HTTP\r\n\r\n", b""]
)
def test_what_is_no_http_is_told(answer: bytes) -> None:
    async def ask() -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(answer)
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, httpx.AsyncClient(trust_env=False) as http:
            await discover(f"http://127.0.0.1:{port}", http)

    with pytest.raises(DiscoveryError, match="cannot be read"):
        asyncio.run(ask())


def test_nobody_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens

        async def ask() -> None:
            async with httpx.AsyncClient(trust_env=False) as http:
                await discover(f"http://127.0.0.1:{taken.getsockname()[1]}", http)

        with pytest.raises(DiscoveryError, match="cannot be reached"):
            asyncio.run(ask())


def test_a_certificate_that_is_not_trusted_is_told_with_the_remedy(tmp_path: Path) -> None:
    certificate = tmp_path / "server.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)

    async def ask() -> None:
        async with (
            serve(Starlette(), bind("127.0.0.1", 0), certificate) as (host, port),
            httpx.AsyncClient(trust_env=False) as http,
        ):
            await discover(f"https://{host}:{port}", http)

    with pytest.raises(DiscoveryError, match=r"not trusted .* provider\.ca_file"):
        asyncio.run(ask())
