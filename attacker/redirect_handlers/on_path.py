"""A plaintext redirect, answered by somebody on the network path (RFC 9700 section 3, A2).

RFC 6749 section 3.1.2.1 only recommends TLS for the redirect; where a redirect URI is plain
``http://`` and not loopback, everybody between browser and client reads and answers it.
"""

from collections.abc import Callable

from mitmproxy import http

from attacker.redirect_handlers.page import DECOY
from attacker.wiretap import is_loopback


class OnPath:
    """A mitmproxy addon. ``near`` says whether a request comes from the network it sits on.

    It answers a redirect in place of the client, so that the code stays unused; ``answered`` hears
    of it. What it could read is not decided here but by the wiretap.
    """

    def __init__(
        self, near: Callable[[http.HTTPFlow], bool], answered: Callable[[http.HTTPFlow], None]
    ) -> None:
        self._near = near
        self._answered = answered

    def request(self, flow: http.HTTPFlow) -> None:
        """Answer a redirect that carries a code in clear."""
        request = flow.request
        in_clear = request.scheme == "http" and not is_loopback(request.host)
        if flow.response is None and in_clear and "code" in request.query and self._near(flow):
            self._answered(flow)
            flow.response = http.Response.make(200, DECOY, {"Content-Type": "text/html"})
