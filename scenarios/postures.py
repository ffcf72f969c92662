"""Postures: the configurations of client and server in which a scenario is played."""

from dataclasses import dataclass, replace
from typing import Self

from victim.client import GOOD, Habits, Pkce, pkce_of
from victim.identity_provider import DEMO, HARDENED, ClientType, Policy


@dataclass(frozen=True)
class Posture:
    """What the client is, its habits, and what the server insists on.

    ``weaknesses`` names what makes it weaker than a hardened one; the headline postures have none
    to name, because they share one server that accepts every method of PKCE and none, as many
    deployed ones do. ``needs`` are those without which they could not exist. ``carries`` are the
    habits that a scenario has put on top.
    """

    id: str
    title: str
    client_type: ClientType
    habits: Habits = GOOD
    policy: Policy = DEMO
    weaknesses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()

    @property
    def confidential(self) -> bool:
        """Whether the token endpoint demands the client's secret."""
        return self.registered_as is ClientType.CONFIDENTIAL

    @property
    def registered_as(self) -> ClientType:
        """As what the server knows the client: public if it drops the secret that it could keep."""
        dropped = self.habits.secret_dropped and not self.habits.client_assertions
        return ClientType.PUBLIC if dropped else self.client_type

    @property
    def has_secret(self) -> bool:
        """Whether the client has a secret, and not a key in its place (RFC 7523)."""
        return self.confidential and not self.habits.client_assertions

    @property
    def pkce(self) -> Pkce:
        """How the client uses PKCE."""
        return pkce_of(self.habits)

    @property
    def switches(self) -> dict[str, str]:
        """What a reader, and the judge, should find true of every honest login."""
        confidential = "sent with every token request" if self.has_secret else "a key in its place"
        secret = confidential if self.confidential else "none"
        return {"PKCE": self.pkce.value, "client secret": secret}

    def has(self, weakness: str) -> bool:
        """Whether server or client has this weakness, named as in the catalogue."""
        side = self.policy if hasattr(self.policy, weakness) else self.habits
        return bool(getattr(side, weakness))

    def having(self, *habits: str) -> Self:
        """The same posture, with a client of these habits."""
        changed = replace(self.habits, **dict.fromkeys(habits, True))
        return replace(self, habits=changed, carries=(*self.carries, *habits))

    def named(self, *habits: str) -> Self:
        """The same as :meth:`having`, as a posture of its own name."""
        if not habits:
            return self
        text = "+".join(habit.replace("_", "-") for habit in habits)
        words = " and ".join(habit.replace("_", " ") for habit in habits)
        changed = replace(self.habits, **dict.fromkeys(habits, True))
        return replace(self, id=f"{self.id}.{text}", title=f"{self.title}, {words}", habits=changed)


# The article's client uses OAuth alone: it reads no ID token, so it compares no nonce.
_ARTICLE = Habits(nonce_unchecked=True)
_WITHOUT_PKCE = replace(_ARTICLE, pkce_unused=True)

NO_PKCE = Posture("no-pkce", "public, no PKCE", ClientType.PUBLIC, _WITHOUT_PKCE)
PLAIN = Posture(
    "plain", "public, PKCE plain", ClientType.PUBLIC, replace(_ARTICLE, plain_used=True)
)
S256 = Posture("s256", "public, PKCE S256", ClientType.PUBLIC, _ARTICLE)
CONFIDENTIAL_S256 = Posture(
    "confidential-s256", "confidential, secret and S256", ClientType.CONFIDENTIAL, _ARTICLE
)
CONFIDENTIAL_NO_PKCE = Posture(
    "confidential-no-pkce", "confidential, secret only", ClientType.CONFIDENTIAL, _WITHOUT_PKCE
)

POSTURES = (NO_PKCE, PLAIN, S256, CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256)
HEADLINE = (NO_PKCE, PLAIN, S256, CONFIDENTIAL_S256)


def hardened(client_type: ClientType) -> Posture:
    """A model client at a server that insists on OAuth 2.1 and RFC 9700."""
    return Posture(
        f"hardened-{client_type}", f"{client_type}, hardened", client_type, policy=HARDENED
    )
