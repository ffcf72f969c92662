"""What the provider has handed out, and what became of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from victim.identity_provider.messages import Parameters
from victim.identity_provider.pkce import Challenge
from victim.identity_provider.registry import Client, ResponseMode, User

MAX_WRONG_VERIFIERS = 5


@dataclass(frozen=True)
class AuthorizationRequest:
    """A valid authorization request: nothing in it needs checking again."""

    client: Client
    redirect_uri: str
    scope: tuple[str, ...]
    challenge: Challenge | None = None
    state: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    response_type: str = "code"
    response_mode: ResponseMode = ResponseMode.QUERY
    dpop_jkt: str | None = None


@dataclass(frozen=True)
class IncomingRequest:
    """An authorization request that may be answered at its redirect URI; the rest is still to see.

    ``stated`` is what it asks for. That is what was ``sent``, unless a request object speaks
    instead (RFC 9101). ``pushed`` says that the client itself has sent it (RFC 9126).
    """

    client: Client
    redirect_uri: str
    sent: Parameters
    stated: Parameters
    pushed: bool = False


@dataclass(frozen=True)
class PushedRequest:
    """A request that was pushed, found good, and waits for a browser."""

    incoming: IncomingRequest
    expires_at: float


@dataclass
class Grant:
    """What one user granted one client. Every token that grew from it dies when it is revoked."""

    request: AuthorizationRequest
    user: User
    auth_time: float
    revoked: bool = False


class Expiring(Protocol):
    """Anything that is worth something for a limited time only."""

    @property
    def expires_at(self) -> float:
        """The moment from which it is worth nothing."""
        ...


@dataclass
class Code:
    """An authorization code. A redeemed one is kept, so that a replay is recognised.

    ``wrong_verifiers`` are the moments of the last few; ``burned`` is a code that one has ended.
    """

    grant: Grant
    expires_at: float
    redeemed: bool = False
    burned: bool = False
    wrong_verifiers: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_WRONG_VERIFIERS))


@dataclass(frozen=True)
class AccessToken:
    """A bearer token, unless ``jkt`` is the thumbprint of the key that it is bound to.

    ``resource`` is the one that it is for, unless that is userinfo.
    """

    grant: Grant
    scope: tuple[str, ...]
    expires_at: float
    jkt: str | None = None
    resource: str | None = None


@dataclass
class RefreshToken:
    """A refresh token. A rotated one is kept, so that its reuse is recognised.

    That of a public client is bound to the key ``jkt``, if there is one.
    """

    grant: Grant
    expires_at: float
    jkt: str | None = None
    rotated: bool = False


@dataclass(frozen=True)
class UsedProof:
    """A DPoP proof or client assertion that has served, kept while it could serve again."""

    expires_at: float


@dataclass
class Session:
    """One browser, from its first visit on. ``user`` is ``None`` until somebody signs in.

    The cookie value changes at sign-in (no session fixation) but the session stays the same
    object, so a form that another tab has open still belongs to it.
    """

    expires_at: float
    user: User | None = None
    auth_time: float = 0


@dataclass
class Interaction:
    """An authorization request that waits for the user of one browser.

    ``asked`` is the user who was shown the consent page; nobody else can answer it.
    """

    request: AuthorizationRequest
    session: Session
    expires_at: float
    asked: User | None = None


class Vault[T: Expiring]:
    """Secrets and what they stand for. Expired entries stay for ``keep`` more seconds.

    A replay of a code or refresh token is worth recognising after its end, hence ``keep``.
    """

    def __init__(self, clock: Callable[[], float], keep: float = 0) -> None:
        self._clock = clock
        self._keep = keep
        self._entries: dict[str, T] = {}

    def put(self, secret: str, entry: T) -> None:
        """Add an entry, and forget those whose time is long over."""
        horizon = self._clock() - self._keep
        for stale in [key for key, old in self._entries.items() if old.expires_at <= horizon]:
            del self._entries[stale]
        self._entries[secret] = entry

    def get(self, secret: str | None) -> T | None:
        """The entry, expired or not, if it is still kept."""
        return self._entries.get(secret) if secret else None

    def entries(self) -> tuple[T, ...]:
        """Everything that is still kept."""
        return tuple(self._entries.values())

    def live(self, secret: str | None) -> T | None:
        """The entry, unless it has expired."""
        entry = self.get(secret)
        return entry if entry and entry.expires_at > self._clock() else None

    def remove(self, secret: str) -> None:
        """Forget an entry."""
        self._entries.pop(secret, None)
