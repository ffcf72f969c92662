"""Postures: the configurations of client and server in which a scenario is played."""

from dataclasses import dataclass

from reports.records import PostureInfo
from victim.client import Pkce
from victim.identity_provider import ClientType


@dataclass(frozen=True)
class Posture:
    """How the client is registered and whether it uses PKCE; the server is the same throughout.

    The server of the demo accepts every method and none, as many deployed ones do, so that two
    postures differ in what the client does and in nothing else.
    """

    id: str
    title: str
    client_type: ClientType
    pkce: Pkce

    @property
    def confidential(self) -> bool:
        """Whether the token endpoint demands the client's secret."""
        return self.client_type is ClientType.CONFIDENTIAL

    @property
    def info(self) -> PostureInfo:
        """The posture for the run log."""
        secret = "sent with every token request" if self.confidential else "none"
        return PostureInfo(self.id, self.title, {"PKCE": self.pkce.value, "client secret": secret})


NO_PKCE = Posture("no-pkce", "public, no PKCE", ClientType.PUBLIC, Pkce.NONE)
PLAIN = Posture("plain", "public, PKCE plain", ClientType.PUBLIC, Pkce.PLAIN)
S256 = Posture("s256", "public, PKCE S256", ClientType.PUBLIC, Pkce.S256)
CONFIDENTIAL_S256 = Posture(
    "confidential-s256", "confidential, secret and S256", ClientType.CONFIDENTIAL, Pkce.S256
)
CONFIDENTIAL_NO_PKCE = Posture(
    "confidential-no-pkce", "confidential, secret only", ClientType.CONFIDENTIAL, Pkce.NONE
)

POSTURES = (NO_PKCE, PLAIN, S256, CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256)
HEADLINE = (NO_PKCE, PLAIN, S256, CONFIDENTIAL_S256)
