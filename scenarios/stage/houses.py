"""The servers of the stage: the provider and the client, the thief and its squatter."""

import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp

from attacker.own_server import OwnServer
from attacker.redirect_handlers.collector import collector_app
from attacker.redirect_handlers.squatter import squatter_app
from attacker.redirect_handlers.web_site import HOST, web_site_app
from reports import actors
from scenarios.hosts import (
    DESKTOP_PORT,
    OTHER_SERVER_HOST,
    PROVIDER_HOST,
    RESOURCE_HOST,
    thiefs_addresses,
    thiefs_plain_addresses,
)
from scenarios.stage.arrivals import Arrivals
from scenarios.stage.listener import RecordedListener
from scenarios.stage.network import Network
from scenarios.stage.options import StageOptions
from scenarios.stage.recorder import Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import Servers, bind
from scenarios.target import Site, Target


@dataclass(frozen=True)
class Sockets:
    """Where the client listens, and the thief beside it; ``None`` without IPv6."""

    client: socket.socket
    squatter: socket.socket | None

    @property
    def port(self) -> int:
        """The port that both share."""
        port: int = self.client.getsockname()[1]
        return port


def bind_sockets(stack: AsyncExitStack, options: StageOptions) -> Sockets:
    """Take the ports first. Raises :class:`scenarios.stage.servers.PortTakenError`."""
    client = bind("127.0.0.1", options.port)
    stack.callback(client.close)
    squatter = bind("::1", client.getsockname()[1]) if options.ipv6 else None
    if squatter is not None:
        stack.callback(squatter.close)
    return Sockets(client, squatter)


@dataclass(frozen=True)
class Houses:
    """The servers of the stage, and the names under which the proxy finds them."""

    stack: AsyncExitStack
    servers: Servers
    options: StageOptions
    scope: Scope
    network: Network
    own_server: OwnServer

    async def open_honest(
        self, site: Site, target: Target, sockets: Sockets, arrivals: Arrivals
    ) -> None:
        """Open the client on loopback, in clear and with TLS, and a provider that is one of ours.

        One that is none of ours is where it is: its names may be dialled.
        """
        client = self.options.wrap(actors.CLIENT, target.client)
        clear, secure = (
            [(place.host, place.port) for place in site.client_places if place.secure is with_tls]
            for with_tls in (False, True)
        )
        loopback = [("localhost", sockets.port), ("127.0.0.1", sockets.port)]
        await self._open(actors.CLIENT, client, [*loopback, *clear], sockets.client)
        await self._open(actors.CLIENT, client, secure, secure=True)
        for authority in site.remote:
            self.scope.declare(*authority, Place(actors.IDENTITY_PROVIDER, authority))
        if target.resource is not None:
            api = self.options.wrap(actors.RESOURCE_SERVER, target.resource)
            await self._open(actors.RESOURCE_SERVER, api, [(RESOURCE_HOST, 443)], secure=True)
        if target.provider is not None:
            provider = self.options.wrap(actors.IDENTITY_PROVIDER, arrivals.watch(target.provider))
            names = [(PROVIDER_HOST, 443)]
            await self._open(actors.IDENTITY_PROVIDER, provider, names, secure=True)
        self.reserve_desktop()

    def reserve_desktop(self) -> None:
        """Keep a port where nobody listens: a browser that goes there shows an error."""
        silent = self.stack.enter_context(socket.socket())
        silent.bind(("127.0.0.1", 0))
        self.scope.declare("127.0.0.1", DESKTOP_PORT, Place(actors.CLIENT, silent.getsockname()))

    async def open_thiefs(
        self, site: Site, recorder: Recorder, sockets: Sockets
    ) -> RecordedListener:
        """Open the thief's servers, and its process on ``[::1]`` if there is one."""
        collector = self.options.wrap(actors.THIEF, collector_app())
        hosts = {place.host for place in site.client_places}
        # What is somebody's address already, the thief has not.
        taken = {*site.remote, *((place.host, place.port) for place in site.client_places)}
        clear, secure = (
            [name for name in names if name not in taken]
            for names in (thiefs_plain_addresses(hosts), thiefs_addresses(hosts))
        )
        await self._open(actors.THIEF, collector, clear)
        await self._open(actors.THIEF, collector, secure, secure=True)
        portal = self.options.wrap(actors.THIEF, web_site_app())
        await self._open(actors.THIEF, portal, [(HOST, 443)], secure=True)
        server = self.options.wrap(actors.THIEF, self.own_server)
        await self._open(actors.THIEF, server, [(OTHER_SERVER_HOST, 80)])
        relay = await self._client(actors.THIEF, "squatter")
        squatter = squatter_app(relay, f"http://127.0.0.1:{sockets.port}")
        listener = RecordedListener(squatter, recorder, "squatter")
        if sockets.squatter is not None:
            await self.servers.open(listener, sockets.squatter)
        return listener

    async def _open(
        self,
        actor: str,
        app: ASGIApp,
        names: Sequence[tuple[str, int]],
        listener: socket.socket | None = None,
        *,
        secure: bool = False,
    ) -> None:
        if not names:
            return
        hosts = dict.fromkeys(host for host, _ in names)
        certificate = self.network.authority.server_files(*hosts) if secure else None
        address = await self.servers.open(app, listener or bind("127.0.0.1", 0), certificate)
        for host, port in names:
            self.scope.declare(host, port, Place(actor, address))

    async def _client(self, actor: str, session: str) -> httpx.AsyncClient:
        client = self.network.http_client(actor, session)
        return await self.stack.enter_async_context(client)
