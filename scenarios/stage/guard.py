"""The scope guard: the proxy dials only what was declared, and says what it refused."""

from collections.abc import Callable

from mitmproxy import http
from mitmproxy.connection import Client
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from reports.actors import IDENTITY_PROVIDER as IDP
from scenarios.stage.cast import SPEAKER, Speaker, speaker_of
from scenarios.stage.scope import Authority, Scope

AUTHORITY = "codejack.authority"
"""Flow metadata: the host and port that the client named."""


class ScopeGuard:
    """Denies by default, on the exact host and port, twice.

    First when a request names its destination, so that the client gets a clear 403; and again at
    the moment of dialling, after any rewriting by another addon, so that nothing slips through.
    There the declared name becomes the loopback socket behind it: no name is ever resolved.
    """

    def __init__(self, scope: Scope, refused: Callable[[str, Authority], None]) -> None:
        self._scope = scope
        self._refused = refused
        self._tunnels: dict[str, Authority] = {}
        self.at_provider_only: set[str] = set()
        """Sessions that reach the identity provider, and nobody else."""

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse a tunnel to a host out of scope; remember what an open one was asked for.

        Inside a tunnel, mitmproxy names the socket that it has dialled and not the host.
        """
        authority = Authority(flow.request.host, flow.request.port)
        self._check(flow, authority)
        if flow.response is None:
            self._tunnels[flow.client_conn.id] = authority

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a request to a host out of scope."""
        named = Authority(flow.request.host, flow.request.port)
        authority = self._tunnels.get(flow.client_conn.id, named)
        flow.metadata[AUTHORITY] = authority
        self._check(flow, authority)

    def client_disconnected(self, client: Client) -> None:
        """Forget a tunnel that is gone."""
        self._tunnels.pop(client.id, None)

    def _check(self, flow: http.HTTPFlow, authority: Authority) -> None:
        if flow.response is not None:
            return
        speaker: Speaker | None = flow.metadata.get(SPEAKER) or speaker_of(flow)
        place = self._scope.find(*authority)
        if place is None:
            self._refused(speaker.actor if speaker else "unknown", authority)
        elif place.actor == IDP or not speaker or speaker.session not in self.at_provider_only:
            return
        flow.response = http.Response.make(
            403, f"codejack: {authority} is out of scope.\n", {"Content-Type": "text/plain"}
        )

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Turn a declared authority into its socket, and kill every other dial."""
        if data.server.address is None:
            data.server.error = "codejack: no address to dial"
            return
        authority = Authority(*data.server.address[:2])
        if self._scope.is_socket(authority):
            return  # a tunnel dials again: its first dial was turned into this socket
        place = self._scope.find(*authority)
        if place is None:
            self._refused("proxy", authority)
            data.server.error = f"codejack: {authority} is out of scope"
        else:
            data.server.address = place.address


class Dialler:
    """The last addon to see a request: names the socket behind a declared authority.

    mitmproxy finds an open connection again by the address that a request names, and keeps at most
    five to one address per client: it waits for a sixth without end. If only
    :meth:`ScopeGuard.server_connect` named the socket, no connection would ever be found again.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def request(self, flow: http.HTTPFlow) -> None:
        """Name the socket, and leave the Host header as the client wrote it."""
        place = self._scope.find(flow.request.host, flow.request.port)
        if flow.response is None and place is not None:
            flow.request.data.host, flow.request.data.port = place.address
