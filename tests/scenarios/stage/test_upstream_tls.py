"""Whose certificates the proxy believes, and that it sends nothing where it believes none."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme

from reports.records import Exchange, Record
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.cast import Cast, Speaker
from scenarios.stage.guard import Dialler, ScopeGuard
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import bind

pytestmark = pytest.mark.stage

HOST = "idp.test"


def asked(folder: Path, certificate: trustme.LeafCert, trusted: Path | None) -> tuple[bytes, str]:
    """What a server with this certificate was sent, and what the log says of it."""
    authority, scope, cast = PrivateAuthority(folder), Scope(), Cast()
    records: list[Record] = []
    heard = bytearray()
    recorder = Recorder(cast, scope, records.append, lambda exchange: None)
    addons = [cast, ScopeGuard(scope, recorder.refuse), recorder, Dialler(scope)]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def ask() -> None:
        listener = bind("127.0.0.1", 0)
        async with (
            Proxy(authority, addons, authority.with_public(trusted)) as proxy,
            await asyncio.start_server(answer, sock=listener, ssl=context),
            httpx.AsyncClient(
                proxy=proxy.access(Speaker("client", "s1")).url,
                verify=authority.client_context(),
                trust_env=False,
            ) as http,
        ):
            scope.declare(HOST, 443, Place("identity-provider", listener.getsockname()))
            await http.get(f"https://{HOST}/token?secret=1")

    asyncio.run(ask())
    (exchange,) = records
    assert isinstance(exchange, Exchange)
    return bytes(heard), exchange.error


def theirs(folder: Path) -> tuple[trustme.CA, Path]:
    authority, path = trustme.CA(), folder / "theirs.pem"
    authority.cert_pem.write_to_path(path)
    return authority, path


def test_a_server_of_an_authority_that_the_file_names_is_asked(tmp_path: Path) -> None:
    authority, path = theirs(tmp_path)

    heard, error = asked(tmp_path, authority.issue_cert(HOST), path)
    assert heard.startswith(b"GET /token")
    assert error == ""


def test_a_server_of_an_authority_that_nobody_names_is_sent_nothing(tmp_path: Path) -> None:
    authority, _ = theirs(tmp_path)

    heard, error = asked(tmp_path, authority.issue_cert(HOST), None)
    assert heard == b""
    assert "certificate verify failed" in error.lower()


def test_a_certificate_for_another_host_is_not_believed(tmp_path: Path) -> None:
    authority, path = theirs(tmp_path)

    heard, error = asked(tmp_path, authority.issue_cert("login.test"), path)
    assert heard == b""
    assert "hostname mismatch" in error.lower()


def test_an_expired_certificate_is_not_believed(tmp_path: Path) -> None:
    authority, path = theirs(tmp_path)
    yesterday = datetime.now(UTC) - timedelta(days=1)

    heard, error = asked(tmp_path, authority.issue_cert(HOST, not_after=yesterday), path)
    assert heard == b""
    assert "expired" in error.lower()
