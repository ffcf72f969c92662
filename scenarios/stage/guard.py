"""The scope guard: the proxy dials only what was declared, and says what it refused."""

from collections.abc import Callable

from mitmproxy import http
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from scenarios.stage.cast import SPEAKER, Speaker, speaker_of
from scenarios.stage.scope import Authority, Scope


class ScopeGuard:
    """Denies by default, on the exact host and port, twice.

    First when a request names its destination, so that the client gets a clear 403; and again at
    the moment of dialling, after any rewriting by another addon, so that nothing slips through.
    There the declared name becomes the loopback socket behind it: no name is ever resolved.
    """

    def __init__(self, scope: Scope, refused: Callable[[str, Authority], None]) -> None:
        self._scope = scope
        self._refused = refused

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse a tunnel to a host out of scope."""
        self._check(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse a request to a host out of scope."""
        self._check(flow)

    def _check(self, flow: http.HTTPFlow) -> None:
        if flow.response is not None:
            return
        authority = Authority(flow.request.host, flow.request.port)
        if self._scope.find(*authority) is None:
            speaker: Speaker | None = flow.metadata.get(SPEAKER) or speaker_of(flow)
            self._refused(speaker.actor if speaker else "unknown", authority)
            flow.response = http.Response.make(
                403, f"codejack: {authority} is out of scope.\n", {"Content-Type": "text/plain"}
            )

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Turn a declared authority into its socket, and kill every other dial."""
        if data.server.address is None:
            data.server.error = "codejack: no address to dial"
            return
        authority = Authority(*data.server.address[:2])
        place = self._scope.find(*authority)
        if place is None:
            self._refused("proxy", authority)
            data.server.error = f"codejack: {authority} is out of scope"
        else:
            data.server.address = place.address
