"""Another tenant of the host that the client runs on, and it is the thief's.

A mitmproxy addon, because one front serves every tenant of such a host and chooses by the path. It
resolves the path first, as servers do: escaped dots and slashes, parameters of segments, dots.
"""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from urllib.parse import unquote, urljoin, urlsplit

from mitmproxy import http

from attacker.redirect_handlers.page import DECOY
from reports import actors
from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.recorder import ANSWERED_BY, url_of
from scenarios.stage.scope import Authority

_PARAMETERS_OF_A_SEGMENT = re.compile(r";[^/]*")


class Neighbour:
    """Answers exactly the addresses that the play of a session has claimed on ``hosts``.

    ``others`` are servers that share these host names at ports of their own, and keep those.
    """

    def __init__(self, hosts: Collection[str], others: Collection[Authority] = ()) -> None:
        self.addresses: dict[str, AbstractSet[str]] = {}
        self._hosts = hosts
        self._others = others

    def request(self, flow: http.HTTPFlow) -> None:
        """Answer in place of the client."""
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        claimed = self.addresses.get(speaker.session) if speaker else None
        if not claimed or flow.response is not None:
            return
        authority: Authority = flow.metadata[AUTHORITY]
        shared = authority.host in self._hosts and authority not in self._others
        if shared and address(url_of(flow)) in {address(url) for url in claimed}:
            flow.metadata[ANSWERED_BY] = actors.THIEF
            flow.response = http.Response.make(200, DECOY, {"Content-Type": "text/html"})


def address(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path of a URL, as the front of a server reads them."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    path = _PARAMETERS_OF_A_SEGMENT.sub("", unquote(parts.path))
    return parts.scheme, parts.hostname or "", port, urljoin("/", path)
