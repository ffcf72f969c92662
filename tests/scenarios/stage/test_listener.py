"""What reaches a loopback listener without the proxy is recorded as well."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reports.records import Exchange, Record
from scenarios.stage.cast import Cast
from scenarios.stage.listener import RecordedListener
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Scope
from scenarios.stage.servers import bind, serve


async def answer(request: Request) -> Response:
    return PlainTextResponse("nothing to see", 418, {"X-From": "squatter"})


def visit(path: str, play: str, hear: Callable[[Exchange], None] | None = None) -> list[Record]:
    records: list[Record] = []
    cast = Cast()
    cast.assign("squatter", play)
    recorder = Recorder(cast, Scope(), records.append, lambda exchange: None)
    if hear:
        recorder.audience[play] = hear
    app = Starlette(routes=[Route("/{path:path}", answer)])

    async def go() -> None:
        async with (
            serve(RecordedListener(app, recorder, "squatter"), bind("::1", 0)) as address,
            httpx.AsyncClient(trust_env=False) as http,
        ):
            url = f"http://[::1]:{address[1]}{path}"
            reply = await http.get(url, headers={"Host": "localhost:5218"})
            assert reply.status_code == 418

    asyncio.run(go())
    return records


def test_a_visit_is_recorded_as_the_browsers_with_the_listener_as_witness() -> None:
    heard: list[Exchange] = []

    (exchange,) = visit("/cb?code=abc&state=x%20y", "p3", heard.append)

    assert isinstance(exchange, Exchange)
    assert (exchange.source, exchange.destination) == ("victim-browser", "thief")
    assert (exchange.seen_by, exchange.play) == ("listener", "p3")
    assert exchange.request.url == "http://localhost:5218/cb?code=abc&state=x%20y"
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (418, "nothing to see")
    assert exchange.response.header("x-from") == "squatter"
    assert heard == [exchange]


@pytest.mark.parametrize(("path", "play"), [("/cb?code=abc", ""), ("/favicon.ico", "p3")])
def test_between_plays_and_for_favicons_it_only_passes_on(path: str, play: str) -> None:
    assert visit(path, play) == []
