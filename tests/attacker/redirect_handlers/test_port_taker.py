"""What the operating system lets a process have of another's port: real sockets on loopback."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from attacker.redirect_handlers.port_taker import SIGN_OF_LIFE, PortTaker, listening_ports

pytestmark = pytest.mark.anyio


@contextmanager
def waiting(address: str = "127.0.0.1", *options: int) -> Iterator[int]:
    """An app that waits at a port of this address."""
    with socket.socket() as listener:
        for option in (socket.SO_REUSEADDR, *options):
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        listener.bind((address, 0))
        listener.listen()
        yield listener.getsockname()[1]


def taker_telling(caught: list[str]) -> PortTaker:
    taker = PortTaker()
    taker.caught = caught.append
    return taker


async def ask(port: int, target: str = "/cb?code=c") -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=2) as http:
        return (await http.get(f"http://127.0.0.1:{port}{target}")).status_code


async def test_it_sees_where_a_process_waits_and_no_longer_when_it_does_not() -> None:
    with waiting() as port:
        assert port in listening_ports(os.getpid())

    assert port not in listening_ports(os.getpid())


async def test_a_free_port_is_taken_and_whoever_comes_there_is_heard() -> None:
    caught: list[str] = []
    taker = taker_telling(caught)
    with waiting() as port:
        pass

    await taker.take(port)

    assert await ask(port) == 200
    assert caught == [f"http://127.0.0.1:{port}/cb?code=c"]
    assert taker.asked_for == f"http://127.0.0.1:{port}/cb"
    taker.close()


async def test_a_port_is_the_app_s_own_unless_it_shares_it() -> None:
    taker = PortTaker()

    with waiting() as port:
        await taker.take(port)
        assert taker.taken == 0

    taker.close()


async def test_beside_an_app_that_shares_its_port_it_is_given_every_connection() -> None:
    caught: list[str] = []
    taker = taker_telling(caught)
    taker.joins = True

    with waiting("0.0.0.0", socket.SO_REUSEPORT) as port:
        await taker.take(port)
        assert [await ask(port) for _ in range(20)] == [200] * 20

    assert len(caught) == 20
    taker.close()


async def test_it_joins_what_it_sees_only_when_it_is_to() -> None:
    async def joined(joins: bool) -> bool:
        taker = PortTaker()
        taker.joins = joins
        with waiting("0.0.0.0", socket.SO_REUSEPORT):
            await taker.look_at(os.getpid())
        taker.close()
        return taker.seen != 0 and taker.taken == taker.seen

    assert await joined(True)
    assert not await joined(False)


async def test_it_shows_that_it_is_heard_even_where_it_got_no_port() -> None:
    caught: list[str] = []
    taker = taker_telling(caught)

    await taker.call_itself()

    assert caught == [f"http://127.0.0.1:{taker.taken}{SIGN_OF_LIFE}"]
    assert taker.asked_for is None, "it asked itself"
    taker.close()


async def test_what_is_no_request_disturbs_nobody() -> None:
    caught: list[str] = []
    taker = taker_telling(caught)
    await taker.take(0)

    _, writer = await asyncio.open_connection("127.0.0.1", taker.taken)
    writer.write(b"nonsense\r\n")
    writer.close()

    assert await ask(taker.taken, "/after") == 200
    assert [url.rpartition("/")[2] for url in caught] == ["after"]
    taker.close()
