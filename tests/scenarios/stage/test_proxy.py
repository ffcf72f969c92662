"""mitmproxy in this process: it comes, it serves, and it goes with its port."""

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reports.records import Exchange, Record
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.cast import Cast, Speaker
from scenarios.stage.guard import Dialler, ScopeGuard
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import bind, serve

HOST = "app.test"


def app(dialled: set[tuple[str, int]]) -> Starlette:
    async def hello(request: Request) -> Response:
        assert request.client is not None
        dialled.add((request.client.host, request.client.port))
        return PlainTextResponse(f"hello {request.headers['host']}")

    return Starlette(routes=[Route("/", hello, methods=["GET", "POST"])])


class Small:
    """A proxy with our addons, one declared host behind it, and what it recorded."""

    def __init__(self, folder: Path) -> None:
        self.authority = PrivateAuthority(folder)
        self.scope, self.cast = Scope(), Cast()
        self.records: list[Record] = []
        self.dialled: set[tuple[str, int]] = set()
        self.recorder = Recorder(self.cast, self.scope, self.records.append, lambda exchange: None)
        guard = ScopeGuard(self.scope, self.recorder.refuse)
        addons = [self.cast, guard, self.recorder, Dialler(self.scope)]
        self.proxy = Proxy(self.authority, addons)

    async def get(self, *urls: str, at_once: bool = False) -> list[str]:
        certificate = self.authority.server_files(HOST)
        async with (
            self.proxy,
            serve(app(self.dialled), bind("127.0.0.1", 0)) as plain,
            serve(app(self.dialled), bind("127.0.0.1", 0), certificate) as secure,
            httpx.AsyncClient(
                proxy=self.proxy.access(Speaker("thief", "p1")).url,
                verify=self.authority.client_context(),
                trust_env=False,
                timeout=5,
            ) as http,
        ):
            self.scope.declare(HOST, 80, Place("client", plain))
            self.scope.declare(HOST, 443, Place("client", secure))
            if at_once:
                return [one.text for one in await asyncio.gather(*map(http.get, urls))]
            return [(await http.get(url)).text for url in urls]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_many_requests_in_a_row_share_one_connection(tmp_path: Path, scheme: str) -> None:
    """mitmproxy opens at most five to one address and then waits without end."""
    small = Small(tmp_path)

    answers = asyncio.run(small.get(*[f"{scheme}://{HOST}/"] * 20))

    assert answers == [f"hello {HOST}"] * 20
    assert len(small.dialled) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_many_requests_at_once_are_all_answered(tmp_path: Path, scheme: str) -> None:
    answers = asyncio.run(Small(tmp_path).get(*[f"{scheme}://{HOST}/"] * 20, at_once=True))
    assert answers == [f"hello {HOST}"] * 20


def test_an_exchange_is_recorded_under_the_name_that_was_asked_for(tmp_path: Path) -> None:
    small = Small(tmp_path)

    asyncio.run(small.get(f"http://{HOST}/?a=1", f"https://{HOST}/?a=2", "http://other.test/"))

    recorded = [record for record in small.records if isinstance(record, Exchange)]
    assert [exchange.request.url for exchange in recorded] == [
        f"http://{HOST}/?a=1",
        f"https://{HOST}/?a=2",
    ]
    assert {(exchange.source, exchange.destination) for exchange in recorded} == {
        ("thief", "client")
    }


def test_a_server_that_closes_without_an_answer_leaves_an_exchange_without_one(
    tmp_path: Path,
) -> None:
    small = Small(tmp_path)

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def ask() -> int:
        async with (
            small.proxy,
            await asyncio.start_server(close, sock=bind("127.0.0.1", 0)) as server,
            httpx.AsyncClient(
                proxy=small.proxy.access(Speaker("thief", "p1")).url, trust_env=False
            ) as http,
        ):
            address = server.sockets[0].getsockname()
            small.scope.declare(HOST, 80, Place("client", address))
            return (await http.get(f"http://{HOST}/")).status_code

    assert asyncio.run(ask()) == 502
    (exchange,) = small.records
    assert isinstance(exchange, Exchange)
    assert exchange.response is None
    assert exchange.error


def test_its_port_is_free_again_when_it_is_gone(tmp_path: Path) -> None:
    async def use() -> tuple[bool, bool]:
        async with (proxy := Small(tmp_path).proxy):
            port = int(proxy.server.rpartition(":")[2])
            during = _answers(port)
        return during, _answers(port)

    assert asyncio.run(use()) == (True, False)


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    async def use() -> list[str]:
        async with (proxy := Small(tmp_path).proxy):
            return _listening_at(int(proxy.server.rpartition(":")[2]))

    (local,) = asyncio.run(use())
    assert local.startswith("0100007F:")


def test_it_writes_to_its_private_directory_and_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))

    asyncio.run(Small(tmp_path).get(f"http://{HOST}/", "http://other.test/"))

    assert capfd.readouterr() == ("", "")
    assert list(home.iterdir()) == []
    assert (tmp_path / "mitmproxy-ca.pem").exists()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _listening_at(port: int) -> list[str]:
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]
