"""Small servers: they come, they answer, and their port is free again."""

import asyncio
import socket
import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scenarios.stage.servers import PortTakenError, bind, serve


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def never(_: Request) -> Response:
    await asyncio.sleep(3600)
    return PlainTextResponse("too late")


APP = Starlette(routes=[Route("/", hello), Route("/never", never)])


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_taken_port_is_told_in_one_line_with_the_remedy(host: str) -> None:
    with bind(host, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTakenError) as taken:
            bind(host, port)

    message = str(taken.value)
    assert message.startswith(f"Port {port} on {host} is taken.")
    assert f"ss -ltnp 'sport = :{port}'" in message
    assert "--port" in message
    assert "\n" not in message


def test_the_two_loopbacks_are_two_doors() -> None:
    with bind("127.0.0.1", 0) as four:
        port = four.getsockname()[1]
        with bind("::1", port) as six:  # or the squatter could not exist
            assert six.getsockname()[:2] == ("::1", port)


def test_another_error_than_a_taken_port_passes_through() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        bind("192.0.2.1", 0)


def test_a_server_answers_until_its_block_ends_and_frees_its_port() -> None:
    async def use() -> tuple[str, int]:
        async with (
            serve(APP, bind("127.0.0.1", 0)) as (host, port),
            httpx.AsyncClient(trust_env=False) as http,
        ):
            answer = await http.get(f"http://{host}:{port}/")
        with socket.socket() as again:
            assert again.connect_ex((host, port)) != 0
        bind(host, port).close()
        return answer.text, port

    assert asyncio.run(use())[0] == "hello"


def test_an_answer_that_never_comes_does_not_hold_up_the_end() -> None:
    async def use() -> float:
        async with httpx.AsyncClient(trust_env=False, timeout=0.2) as http:
            async with serve(APP, bind("127.0.0.1", 0)) as (host, port):
                with pytest.raises(httpx.ReadTimeout):
                    await http.get(f"http://{host}:{port}/never")
                began = time.monotonic()
            return time.monotonic() - began

    assert asyncio.run(use()) < 4


def test_a_server_does_not_say_what_it_is_made_of() -> None:
    async def headers() -> httpx.Headers:
        async with (
            serve(APP, bind("127.0.0.1", 0)) as (host, port),
            httpx.AsyncClient(trust_env=False) as http,
        ):
            return (await http.get(f"http://{host}:{port}/")).headers

    assert "server" not in asyncio.run(headers())
