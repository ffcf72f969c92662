"""Who speaks: every actor goes through the proxy under its own name.

The proxy user name is ``actor.session``. A session is one browser context or one HTTP client; the
runner says which play a session is performing, so an exchange is attributed by the wire and not by
what the code claims it did.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import NamedTuple

from mitmproxy import http
from mitmproxy.connection import Client


class Speaker(NamedTuple):
    """An actor of the run log, and the session under which it speaks."""

    actor: str
    session: str

    @property
    def username(self) -> str:
        """The proxy user name."""
        return f"{self.actor}.{self.session}"


@dataclass(frozen=True)
class ProxyAccess:
    """What an actor needs to go through the proxy; the password carries nothing."""

    server: str
    username: str
    password: str = "-"

    @property
    def url(self) -> str:
        """The proxy URL with user information, as HTTP libraries take it."""
        scheme, _, authority = self.server.partition("://")
        return f"{scheme}://{self.username}:{self.password}@{authority}"


_AUTHENTICATE = {"Proxy-Authenticate": 'Basic realm="codejack"'}
SPEAKER = "codejack.speaker"


class Cast:
    """The addon that reads and removes the proxy user name; without one, nothing passes."""

    def __init__(self) -> None:
        self.anonymous_requests = 0
        self._plays: dict[str, str] = {}
        self._speakers: dict[str, Speaker] = {}

    def assign(self, session: str, play: str) -> None:
        """From now on, what this session sends belongs to that play."""
        self._plays[session] = play

    def play_of(self, session: str) -> str:
        """The play that a session is performing; empty between plays."""
        return self._plays.get(session, "")

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Remember who opened the tunnel; what follows inside it carries no proxy header."""
        speaker = speaker_of(flow)
        if speaker is None:
            self._ask(flow)
        else:
            self._speakers[flow.client_conn.id] = speaker

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Name the speaker of a request, and take the name off before it travels on."""
        speaker = speaker_of(flow) or self._speakers.get(flow.client_conn.id)
        flow.request.headers.pop("Proxy-Authorization", None)
        if speaker is None:
            self._ask(flow)
        else:
            flow.metadata[SPEAKER] = speaker

    def client_disconnected(self, client: Client) -> None:
        """Forget a connection that is gone."""
        self._speakers.pop(client.id, None)

    def _ask(self, flow: http.HTTPFlow) -> None:
        # Browsers ask anonymously first, and so do their background calls, which never answer.
        self.anonymous_requests += 1
        flow.response = http.Response.make(407, b"", _AUTHENTICATE)


def speaker_of(flow: http.HTTPFlow) -> Speaker | None:
    """Who sent this request, by its own proxy header; ``None`` when it does not say."""
    scheme, _, credentials = flow.request.headers.get("Proxy-Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        username = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    actor, dot, session = username.partition(".")
    return Speaker(actor, session) if dot else None
