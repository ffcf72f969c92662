"""A server that means harm, behind the real proxy: each exchange ends soon, with a reason."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from reports.records import Exchange, Record
from reports.redaction.secrets import Vault
from reports.runlog import RunLog
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.bounds import Bounds
from scenarios.stage.cast import Cast
from scenarios.stage.guard import Dialler, ScopeGuard
from scenarios.stage.network import Network
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import bind
from scenarios.stage.stage import learner

pytestmark = pytest.mark.stage

_MEGABYTE = bytes(1 << 20)
_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
Parts = Callable[[], AsyncIterator[bytes]]


def sent(head: bytes, times: int, part: bytes) -> Parts:
    async def parts() -> AsyncIterator[bytes]:
        yield head
        for each in repeat(part, times):
            yield each

    return parts


def bomb(megabytes: int) -> Parts:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(_MEGABYTE) for _ in range(megabytes)) + packer.flush()
    length = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    return sent(_PAGE + length, 1, packed)


def told(body: bytes, more: bytes = b"") -> Parts:
    return sent(_PAGE + more + b"Content-Length: %d\r\n\r\n" % len(body), 1, body)


async def drip() -> AsyncIterator[bytes]:
    yield _PAGE + b"Content-Length: 1000\r\n\r\n"
    while True:
        await asyncio.sleep(0.05)
        yield b"x"


HARM: dict[str, tuple[Parts, str]] = {
    "a gigabyte, announced": (
        sent(_PAGE + b"Content-Length: 1073741824\r\n\r\n", 1024, _MEGABYTE),
        "exceeds",
    ),
    "a gigabyte, in chunks": (
        sent(
            _PAGE + b"Transfer-Encoding: chunked\r\n\r\n",
            1024,
            b"100000\r\n" + _MEGABYTE + b"\r\n",
        ),
        "exceeds",
    ),
    "a gigabyte, until it closes": (sent(_PAGE + b"\r\n", 1024, _MEGABYTE), "exceeds"),
    "a bomb": (bomb(256), "unpacks to more"),
    "headers without an end": (sent(_PAGE, 10**9, b"X-A: aaaaaaaa\r\n" * 5000), "without an end"),
    "a header without an end": (sent(_PAGE + b"X-A: ", 10**9, b"a" * 65536), "without an end"),
    "a chunk size without an end": (
        sent(_PAGE + b"Transfer-Encoding: chunked\r\n\r\n", 10**9, b"1" * 65536),
        "without an end",
    ),
    "trailers without an end": (
        sent(_PAGE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", 10**9, b"X-A: b\r\n" * 5000),
        "without an end",
    ),
    "a NUL in a header": (told(b"ok", b"Set-Cookie: a=\0\r\n"), "NUL"),
    "a coding that hides": (told(b"uryyb", b"Content-Encoding: rot13\r\n"), "nobody has asked for"),
    "ten megabytes of brackets": (told(b"<" * 9_000_000), "too much to read"),
    "no HTTP": (sent(b"\0\1\2 hello\r\n\r\n", 0, b""), "Cannot parse"),
    "two lengths": (told(b"hello", b"Content-Length: 6\r\n"), "content-length"),
    "less than announced": (sent(_PAGE + b"Content-Length: 9\r\n\r\n", 1, b"a"), "closed"),
    "a body drop by drop": (drip, "Client disconnected"),
}


@asynccontextmanager
async def serving(parts: Parts) -> AsyncIterator[tuple[str, int]]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            async for part in parts():
                writer.write(part)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    listener = bind("127.0.0.1", 0)
    async with await asyncio.start_server(answer, sock=listener) as server:
        yield listener.getsockname()
        server.abort_clients()


async def harmed(parts: Parts, folder: Path) -> tuple[int, list[Record]]:
    """The status that a client is left with (0 for none), and the records."""
    authority, scope, cast, vault = PrivateAuthority(folder), Scope(), Cast(), Vault()
    vault.learn("password", "correct horse battery staple")
    records: list[Record] = []
    with RunLog(folder / "run.jsonl", vault) as log:

        def write(record: Record) -> None:
            records.append(record)
            log.append(record)

        recorder = Recorder(cast, scope, write, learner(vault))
        guard = ScopeGuard(scope, recorder.refuse)
        addons = [Bounds(), cast, guard, recorder, Dialler(scope)]
        async with Proxy(authority, addons) as proxy, serving(parts) as address:
            scope.declare("idp.test", 80, Place("identity-provider", address))
            network = Network(proxy, authority, authority.client_context())
            async with network.http_client("thief", "s1") as http:
                http.timeout = 3.0
                try:
                    status = (await http.get("http://idp.test/")).status_code
                except httpx.ReadTimeout:
                    status = 0
            for _ in range(100):  # the proxy notices a little later that the client is gone
                if records:
                    break
                await asyncio.sleep(0.02)
    return status, records


def resident(at_most: bool = False) -> int:
    """Bytes of this process in memory; or at most, since :func:`forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:" if at_most else "VmRSS:")[2].split()[0]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.parametrize("name", HARM)
def test_harm_ends_soon_and_small_with_its_reason(name: str, tmp_path: Path) -> None:
    parts, reason = HARM[name]
    forget_peak()
    before, began = resident(), time.monotonic()

    status, (exchange,) = asyncio.run(harmed(parts, tmp_path))

    assert isinstance(exchange, Exchange)
    assert reason in exchange.error
    assert status in {502, 0}
    assert (tmp_path / "run.jsonl").stat().st_size < 100_000
    # A generous machine's worth: without bounds these take minutes, or gigabytes.
    assert time.monotonic() - began < 30
    assert resident(at_most=True) - before < 150 << 20
