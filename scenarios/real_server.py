"""What a team says of its own server: how it is reached, who is registered, who has an account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scenarios.postures import Posture
from scenarios.stage.scope import Authority
from victim.client import GOOD, Habits, Pkce, Provider
from victim.identity_provider import ClientType, Policy, User


@dataclass(frozen=True)
class RegisteredClient:
    """A client as it is registered at the server.

    ``named_in_form``: it names itself there also beside HTTP Basic, because the server wants that.
    ``lasting``: it asks for a refresh token, ``asks_again``: its users are asked for consent anew.
    ``other_redirect_uris``: it has registered these, too.
    ``declared_at`` is the line of the target file that says so.
    """

    name: str
    client_id: str
    redirect_uri: str
    scope: str
    type: ClientType
    pkce: Pkce = Pkce.S256
    secret: str | None = field(default=None, repr=False)
    secret_in_header: bool = True
    named_in_form: bool = False
    lasting: bool = False
    asks_again: bool = False
    other_redirect_uris: tuple[str, ...] = ()
    declared_at: int = 0

    @property
    def only_redirect_uri(self) -> bool:
        """Whether it has registered no other."""
        return not self.other_redirect_uris

    @property
    def habits(self) -> Habits:
        """How our client uses the code flow in its place: well, but for what it is told."""
        without = self.pkce is Pkce.NONE
        return replace(GOOD, pkce_unused=without, plain_used=self.pkce is Pkce.PLAIN)

    def posture(self, policy: Policy) -> Posture:
        """The client at a server that is held to a policy."""
        title = f"{self.name}: {self.type}, PKCE {self.pkce}"
        return Posture(self.name, title, self.type, self.habits, policy)


@dataclass(frozen=True)
class RealServer:
    """What is known about the server: its endpoints, and where it is reached.

    ``metadata`` is what it publishes (RFC 8414), ``hosts`` the only authorities that are dialled.
    """

    name: str
    provider: Provider
    metadata: Mapping[str, Any]
    hosts: tuple[Authority, ...]
    introspected: str = "sub"
    """Where it names the user when it is asked about a token (RFC 7662 section 2.2)."""

    def is_endpoint(self, url: str, endpoint: str) -> bool:
        """Whether a URL without a query is this endpoint."""
        return url == endpoint.partition("?")[0]


@dataclass(frozen=True)
class Subjects:
    """As whom a client knows the victim and the attacker (OpenID Connect Core section 8)."""

    victim: str = ""
    attacker: str = ""


def person(username: str, password: str) -> User:
    """Somebody with an account at a server that is not ours."""
    return User(subject="", username=username, password=password, name="", email="")
