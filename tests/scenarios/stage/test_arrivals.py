"""Whose token requests are told of when they arrive, and that they are told before the answer."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from scenarios.stage.arrivals import Arrivals

OF_P7 = b"00-00000000000000000000000000000007-0000000000000001-01"


def scope(path: str = "/demo/token", trace: bytes = OF_P7, kind: str = "http") -> Scope:
    return {"type": kind, "path": path, "headers": [(b"traceparent", trace)] if trace else []}


async def serve(arrivals: Arrivals, asked: Scope, told: list[bool]) -> None:
    """Have a provider read a body in two parts; note after each whether the play p7 was told."""
    parts = iter([{"type": "http.request", "more_body": True}, {"type": "http.request"}])

    async def receive() -> Message:
        return next(parts)

    async def send(message: Message) -> None: ...

    async def provider(scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(2):
            await receive()
            told.append(await has_arrived(arrivals))

    await arrivals.watch(provider)(asked, receive, send)


async def has_arrived(arrivals: Arrivals) -> bool:
    try:
        await asyncio.wait_for(arrivals.wait("p7"), 0.01)
    except TimeoutError:
        return False
    return True


def told_of(asked: Scope) -> list[bool]:
    told: list[bool] = []
    asyncio.run(serve(Arrivals(), asked, told))
    return told


def test_a_token_request_of_the_client_is_told_of_once_all_of_it_was_read() -> None:
    assert told_of(scope()) == [False, True]


@pytest.mark.parametrize(
    "asked",
    [
        scope(path="/demo/userinfo"),
        scope(trace=b""),
        scope(trace=OF_P7.replace(b"7-", b"8-")),
        scope(trace=b"00-made-up-01"),
        scope(kind="lifespan"),
    ],
    ids=["other endpoint", "no trace", "another play", "not our trace", "no request"],
)
def test_nothing_else_is(asked: Scope) -> None:
    assert told_of(asked) == [False, False]


def test_who_waits_is_woken_only_after_the_provider_has_gone_on() -> None:
    order: list[str] = []

    async def play() -> None:
        arrivals = Arrivals()

        async def provider(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            order.append("the provider uses the code up")

        async def thief() -> None:
            await arrivals.wait("p7")
            order.append("the thief sends its request")

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None: ...

        async with asyncio.TaskGroup() as group:
            group.create_task(thief())
            await asyncio.sleep(0)
            await arrivals.watch(provider)(scope(), receive, send)

    asyncio.run(play())

    assert order == ["the provider uses the code up", "the thief sends its request"]
