"""The network of the stage, as HTTP clients see it: one proxy, one authority to trust."""

import ssl
from dataclasses import dataclass, field

import httpx

from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.cast import ProxyAccess, Speaker
from scenarios.stage.proxy import Proxy

HTTP_SECONDS = 15.0
"""How long an HTTP client of the stage waits for an answer."""


@dataclass(frozen=True)
class Network:
    """What everybody who speaks on the stage goes through."""

    proxy: Proxy
    authority: PrivateAuthority
    tls: ssl.SSLContext
    _lasting: dict[Speaker, httpx.AsyncClient] = field(default_factory=dict)

    def access(self, actor: str, session: str) -> ProxyAccess:
        """How an actor goes through the proxy under its own name."""
        return self.proxy.access(Speaker(actor, session))

    def http_client(self, actor: str, session: str) -> httpx.AsyncClient:
        """An HTTP client that speaks under this name, and trusts the stage's authority only."""
        access = self.access(actor, session)
        return httpx.AsyncClient(
            proxy=access.url, verify=self.tls, timeout=HTTP_SECONDS, trust_env=False
        )

    def lasting_client(self, actor: str, session: str) -> httpx.AsyncClient:
        """The HTTP client of this name, without cookies, its connections still open.

        A new connection takes two tunnels and three handshakes: longer than most plays. Not for
        two plays at once.
        """
        speaker = Speaker(actor, session)
        if speaker not in self._lasting:
            self._lasting[speaker] = self.http_client(actor, session)
        self._lasting[speaker].cookies.clear()
        return self._lasting[speaker]

    async def aclose(self) -> None:
        """Close every lasting client."""
        for client in self._lasting.values():
            await client.aclose()
