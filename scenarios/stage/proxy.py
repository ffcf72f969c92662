"""mitmproxy, in this process and on this event loop."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from mitmproxy.addons import core, disable_h2c, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master
from mitmproxy.options import Options

from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.cast import ProxyAccess, Speaker

BODY_LIMIT = "10m"
"""What one message may weigh; mitmproxy's notation. A larger one is an error of its sender."""


class Proxy:
    """The proxy that every actor goes through.

    ``addons`` are consulted in their order. An unknown host never gets as far as a dial: see
    :class:`scenarios.stage.guard.ScopeGuard`. ``trusted`` are the authorities of the servers
    that it dials; the stage's own unless others are named.
    """

    def __init__(
        self, authority: PrivateAuthority, addons: Sequence[object], trusted: Path | None = None
    ) -> None:
        self._authority = authority
        self._trusted = trusted or authority.certificate
        self._addons = addons
        self._port = 0

    @property
    def server(self) -> str:
        """The proxy as browsers and HTTP libraries name it."""
        return f"http://127.0.0.1:{self._port}"

    def access(self, speaker: Speaker) -> ProxyAccess:
        """What this speaker needs to go through the proxy."""
        return ProxyAccess(self.server, speaker.username)

    async def __aenter__(self) -> Self:
        # mitmproxy reports through logging; refused dials and errors are records of ours already.
        logging.getLogger("mitmproxy").addHandler(logging.NullHandler())
        logging.getLogger("mitmproxy").propagate = False
        options = Options(
            listen_host="127.0.0.1",
            listen_port=0,
            confdir=str(self._authority.directory),
            ssl_verify_upstream_trusted_ca=str(self._trusted),
        )
        # Not DumpMaster: every addon is asked at every event, and of its forty these are what a
        # proxy needs that replays, edits and saves nothing. That is a third of a play over HTTP.
        self._master = Master(options)
        self._master.addons.add(
            core.Core(),
            disable_h2c.DisableH2C(),
            proxyserver.Proxyserver(),
            next_layer.NextLayer(),
            tlsconfig.TlsConfig(),
        )
        # Certificates for declared names are made here; nobody needs to be dialled for a pattern.
        self._master.options.update(upstream_cert=False, http2=False, body_size_limit=BODY_LIMIT)
        self._master.addons.add(*self._addons)
        self._task = asyncio.create_task(self._master.run(), name="mitmproxy")
        self._server: Any = self._master.addons.get("proxyserver")
        while not self._server.listen_addrs():
            if self._task.done():
                await self._task
                raise RuntimeError("mitmproxy stopped before it listened")
            await asyncio.sleep(0.005)
        self._port = self._server.listen_addrs()[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # mitmproxy expects its process to end, and so leaves its port open.
        await self._server.servers.update([])
        self._master.shutdown()
        await asyncio.wait([self._task], timeout=5)
