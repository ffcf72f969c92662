"""Small HTTP servers on loopback, on the event loop of the stage."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Self

import uvicorn
from starlette.types import ASGIApp

# Longer than a run: a server that closes idle connections makes the proxy answer 502 now and then.
_KEEP_ALIVE_SECONDS = 3600


class PortTakenError(Exception):
    """Another program listens where the stage must; the message says what to do."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.closing = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait to be told, instead of looking ten times a second."""
        await self.closing.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the runner, which takes the whole stage down in order."""
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address. Raises :class:`PortTakenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio turns Nagle's algorithm off only where it reads the protocol: with it,
    # every answer written in two parts waits 40 ms for the other side's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if family is socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                f"Port {port} on {host} is taken. Stop the program that listens there "
                f"(ss -ltnp 'sport = :{port}' names it), or choose another with --port."
            ) from None
        raise
    listener.listen(128)
    return listener


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp, listener: socket.socket, certificate: Path | None = None
) -> AsyncIterator[tuple[str, int]]:
    """Serve an application until the block ends; gives the address. With TLS if ``certificate``."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ssl_certfile=certificate,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=1,
            server_header=False,
            date_header=False,
        )
    )
    task = asyncio.create_task(server.serve([listener]), name=f"server {listener.getsockname()}")
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("a server stopped before it started")
        await asyncio.sleep(0.002)
    try:
        yield listener.getsockname()[:2]
    finally:
        server.closing.set()
        # An answer that a test holds back forever must not hold up the end.
        server.force_exit = True
        await asyncio.wait([task], timeout=5)
        listener.close()


class Servers:
    """Servers that end together: each takes a moment to go, so they do it side by side."""

    def __init__(self) -> None:
        self._running: list[contextlib.AsyncExitStack] = []

    async def open(
        self, app: ASGIApp, listener: socket.socket, certificate: Path | None = None
    ) -> tuple[str, int]:
        """Start a server (:func:`serve`) that lasts as long as the others; its address."""
        server = contextlib.AsyncExitStack()
        self._running.append(server)
        return await server.enter_async_context(serve(app, listener, certificate))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(server.aclose() for server in self._running))
