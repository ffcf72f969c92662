"""The hooks on fixture flows: whose token requests are read and held, and whose are not."""

import asyncio
import time

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from scenarios.stage.back_channel import LeakyBackChannel
from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.scope import Authority

FORM, TOKENS = b"code=the-code&code_verifier=v", b'{"access_token": "t"}'


def flow_of(
    actor: str = "client", path: bytes = b"/demo/token?a=b", *, named: bool = True
) -> http.HTTPFlow:
    request = tutils.treq(method=b"POST", path=path, content=FORM)
    flow = tflow.tflow(req=request, resp=tutils.tresp(content=TOKENS))
    flow.response, flow.metadata["answer"] = None, flow.response
    flow.request.scheme, flow.metadata[AUTHORITY] = "https", Authority("idp.test", 443)
    if named:
        flow.metadata[SPEAKER] = Speaker(actor, "back-channel")
    return flow


def is_token_endpoint(url: str) -> bool:
    return url == "https://idp.test/demo/token"


class Read:
    """A back channel of which the play p1 is read, and what was."""

    def __init__(self, play: str = "p1") -> None:
        self.requests: list[str] = []
        self.responses: list[str] = []
        self.channel = LeakyBackChannel(lambda flow: play, is_token_endpoint)
        self.channel.requests["p1"] = self.requests.append
        self.channel.responses["p1"] = self.responses.append

    def pass_through(self, flow: http.HTTPFlow) -> None:
        asyncio.run(self.channel.request(flow))
        flow.response = flow.metadata["answer"]
        self.channel.response(flow)


def test_a_token_request_and_its_answer_are_read() -> None:
    read = Read()

    read.pass_through(flow_of())

    assert read.requests == [FORM.decode()]
    assert read.responses == [TOKENS.decode()]


@pytest.mark.parametrize(
    "flow",
    [
        flow_of("thief"),
        flow_of("victim-browser"),
        flow_of(named=False),
        flow_of(path=b"/demo/userinfo"),
        flow_of(path=b"/demo/tokens"),
        flow_of(path=b"/demo/jwks?/token"),
    ],
    ids=["thief's", "browser's", "nobody's", "userinfo", "another path", "in the query"],
)
def test_nothing_else_is_read(flow: http.HTTPFlow) -> None:
    read = Read()

    read.pass_through(flow)

    assert (read.requests, read.responses) == ([], [])


@pytest.mark.parametrize("play", ["p2", ""])
def test_nothing_is_read_in_another_play(play: str) -> None:
    read = Read(play)

    read.pass_through(flow_of())

    assert (read.requests, read.responses) == ([], [])


def test_what_was_answered_already_is_no_request() -> None:
    read, flow = Read(), flow_of()
    flow.response = http.Response.make(403)

    asyncio.run(read.channel.request(flow))

    assert read.requests == []


def test_a_held_request_is_read_at_once_and_waits() -> None:
    async def hold() -> tuple[bool, list[str]]:
        read, held = Read(), asyncio.Event()
        read.channel.held["p1"] = held
        request = asyncio.create_task(read.channel.request(flow_of()))
        await asyncio.sleep(0.01)
        early, seen = request.done(), list(read.requests)
        held.set()
        await asyncio.wait_for(request, 1)
        return early, seen

    assert asyncio.run(hold()) == (False, [FORM.decode()])


@pytest.mark.parametrize("play", ["p2", ""])
def test_nobody_waits_for_another_play(play: str) -> None:
    async def pass_by() -> None:
        read = Read(play)
        read.channel.held["p1"] = asyncio.Event()
        await asyncio.wait_for(read.channel.request(flow_of()), 1)

    asyncio.run(pass_by())


def test_a_held_request_goes_out_when_it_is_let_go() -> None:
    async def hold() -> tuple[float, float]:
        channel, flow, held = (
            LeakyBackChannel(lambda flow: "p1", is_token_endpoint),
            flow_of(),
            asyncio.Event(),
        )
        channel.held["p1"] = held
        passing = asyncio.create_task(channel.request(flow))
        await asyncio.sleep(0)
        let_go = time.time()
        held.set()
        await passing
        return let_go, flow.request.timestamp_start

    let_go, sent = asyncio.run(hold())

    assert sent >= let_go
