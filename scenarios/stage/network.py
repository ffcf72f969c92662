"""The network of the stage, as HTTP clients see it: one proxy, one authority to trust."""

import ssl
from dataclasses import dataclass

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

    def access(self, actor: str, session: str) -> ProxyAccess:
        """How an actor goes through the proxy under its own name."""
        return self.proxy.access(Speaker(actor, session))

    def http_client(self, actor: str, session: str) -> httpx.AsyncClient:
        """An HTTP client that speaks under this name, and trusts the stage's authority only."""
        access = self.access(actor, session)
        return httpx.AsyncClient(
            proxy=access.url, verify=self.tls, timeout=HTTP_SECONDS, trust_env=False
        )
