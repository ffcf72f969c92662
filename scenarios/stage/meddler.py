"""Somebody on the way of the victim's authorization request, who changes it (RFC 9700 A2, 4.8)."""

from collections.abc import Callable
from urllib.parse import urlsplit

from mitmproxy import http

from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.recorder import EXCHANGE, url_of

Change = Callable[[str, str], str]
"""From a URL, and the id under which it will be recorded, to the URL that travels on."""


class Meddler:
    """A mitmproxy addon. ``changes`` maps a session to what becomes of its requests.

    ``is_meant`` says of a URL whether it is the provider's authorization endpoint; nothing else is
    met with.
    """

    def __init__(self, is_meant: Callable[[str], bool]) -> None:
        self.changes: dict[str, Change] = {}
        self._is_meant = is_meant

    def request(self, flow: http.HTTPFlow) -> None:
        """Change an authorization request."""
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        change = self.changes.get(speaker.session) if speaker else None
        if change is None or flow.response is not None or not self._is_meant(_endpoint(flow)):
            return
        changed = urlsplit(change(url_of(flow), flow.metadata[EXCHANGE]))
        flow.request.path = f"{changed.path}?{changed.query}"


def _endpoint(flow: http.HTTPFlow) -> str:
    return url_of(flow).partition("?")[0]
