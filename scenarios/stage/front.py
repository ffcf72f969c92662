"""The servers in front of client and provider, and the access logs that they write.

A mitmproxy addon, because on the stage every request passes the proxy as on the Internet it passes
such a front. The lines look as most servers write them, and the attacker reads them (RFC 9700
section 4.2.4 names logs among the places where codes are found). They stay in memory: live codes do
not belong on a disk.
"""

from collections.abc import Callable, Collection

from mitmproxy import http

from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.scope import Authority

Reader = Callable[[str], None]

_DOWN = "The application is being restarted. Please try again in a moment.\n"


class LeakyFront:
    """Writes the request lines of some sessions to a log, and tells its reader of each line.

    ``readers`` maps a session to who reads its lines. For a session in ``down``, the application
    behind the client's front is: a redirect is answered with 503, and its code stays unused.
    ``clients`` are host names, and ``others`` servers that share them at ports of their own.
    """

    def __init__(self, clients: Collection[str], others: Collection[Authority] = ()) -> None:
        self.readers: dict[str, Reader] = {}
        self.down: set[str] = set()
        self._clients = clients
        self._others = others

    def request(self, flow: http.HTTPFlow) -> None:
        """Log a request of a session that is read."""
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        if flow.response is not None or speaker is None:
            return
        authority: Authority = flow.metadata[AUTHORITY]
        host = authority.host
        if reader := self.readers.get(speaker.session):
            reader(_line(flow.request, host))
        is_client = host in self._clients and authority not in self._others
        if is_client and speaker.session in self.down and _is_redirect(flow.request):
            flow.response = http.Response.make(503, _DOWN, {"Content-Type": "text/plain"})


def _line(request: http.Request, host: str) -> str:
    referrer, cookies = (request.headers.get(name, "-") for name in ("referer", "cookie"))
    return f'{host} "{request.method} {request.path} HTTP/1.1" "{referrer}" "{cookies}"'


def _is_redirect(request: http.Request) -> bool:
    return bool({"code", "error", "state"} & set(request.query))
