"""HTTP clients that last from play to play: their connections stay, their cookies do not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from mitmproxy import http
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from reports.actors import IDENTITY_PROVIDER
from reports.records import Exchange, Record
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.cast import Cast
from scenarios.stage.guard import Dialler, ScopeGuard
from scenarios.stage.network import Network
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import bind, serve

HOST = "app.test"
URL = f"https://{HOST}/"


class Stage:
    """A proxy in front of one host, which tells visitors what cookies they brought.

    ``callers`` are the connections to the proxy on which requests came.
    """

    def __init__(self, folder: Path) -> None:
        self.authority = PrivateAuthority(folder)
        self.cast, self.scope = Cast(), Scope()
        self.records: list[Record] = []
        self.callers: list[str] = []
        recorder = Recorder(self.cast, self.scope, self.records.append, lambda exchange: None)
        self.guard = ScopeGuard(self.scope, recorder.refuse)
        addons = [self.cast, self.guard, recorder, Dialler(self.scope), self]
        self.proxy = Proxy(self.authority, addons)
        self.network: Network

    def request(self, flow: http.HTTPFlow) -> None:
        """Hear of a request at the proxy."""
        self.callers.append(flow.client_conn.id)

    def play(self, act: Callable[["Stage"], Awaitable[None]]) -> None:
        def greet(request: Request) -> PlainTextResponse:
            answer = PlainTextResponse(request.headers.get("cookie", ""))
            answer.set_cookie("session", "s1")
            return answer

        async def run() -> None:
            app = Starlette(routes=[Route("/", greet)])
            certificate = self.authority.server_files(HOST)
            async with self.proxy, serve(app, bind("127.0.0.1", 0), certificate) as address:
                self.scope.declare(HOST, 443, Place("client", address))
                tls = self.authority.client_context()
                self.network = Network(self.proxy, self.authority, tls)
                try:
                    await act(self)
                finally:
                    await self.network.aclose()

        asyncio.run(run())

    async def cookies_brought(self, actor: str, session: str) -> str:
        return (await self.network.lasting_client(actor, session).get(URL)).text


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_the_client_of_a_name_keeps_its_connection_and_none_of_its_cookies(stage: Stage) -> None:
    async def twice(stage: Stage) -> None:
        client = stage.network.lasting_client("thief", "t")
        assert [(await client.get(URL)).text for _ in range(2)] == ["", "session=s1"]
        assert await stage.cookies_brought("thief", "t") == ""

    stage.play(twice)

    assert len(stage.callers) == 3
    assert len(set(stage.callers)) == 1


@pytest.mark.parametrize("other", [("victim-browser", "t"), ("thief", "another")])
def test_two_names_share_nothing(stage: Stage, other: tuple[str, str]) -> None:
    async def both(stage: Stage) -> None:
        one = stage.network.lasting_client("thief", "t")
        await one.get(URL)
        assert await stage.cookies_brought(*other) == ""
        assert (await one.get(URL)).text == "session=s1", "nobody else's start takes it away"

    stage.play(both)

    assert len(set(stage.callers)) == 2


def test_what_goes_over_one_connection_belongs_to_the_play_of_its_time(stage: Stage) -> None:
    async def in_two_plays(stage: Stage) -> None:
        for play in ("p1", "p2"):
            stage.cast.assign("t", play)
            await stage.cookies_brought("thief", "t")

    stage.play(in_two_plays)

    exchanges = [record for record in stage.records if isinstance(record, Exchange)]
    assert [(each.source, each.play) for each in exchanges] == [("thief", "p1"), ("thief", "p2")]


def test_who_is_kept_at_the_provider_reaches_nobody_else_and_leaves_no_trace(
    stage: Stage,
) -> None:
    async def try_both(stage: Stage) -> None:
        stage.guard.at_provider_only.add("kept")
        with pytest.raises(httpx.ProxyError, match="403"):
            await stage.cookies_brought("victim-browser", "kept")
        assert stage.records == []
        here = stage.scope.find(HOST, 443)
        assert here is not None
        stage.scope.declare(HOST, 443, replace(here, actor=IDENTITY_PROVIDER))
        await stage.cookies_brought("victim-browser", "kept")

    stage.play(try_both)


def test_what_lasts_is_closed_in_the_end(stage: Stage) -> None:
    lasting: list[httpx.AsyncClient] = []

    async def leave(stage: Stage) -> None:
        lasting.append(stage.network.lasting_client("thief", "t"))
        await lasting[0].get(URL)
        assert not lasting[0].is_closed

    stage.play(leave)

    assert lasting[0].is_closed
