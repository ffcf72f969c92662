"""One tenant: its rules, its people and clients, and everything it has handed out."""

import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from joserfc.jwk import RSAKey

from victim.identity_provider.consent import Consents
from victim.identity_provider.grants import (
    AccessToken,
    AuthorizationRequest,
    Code,
    Grant,
    IncomingRequest,
    Interaction,
    PushedRequest,
    RefreshToken,
    Session,
    UsedProof,
    Vault,
)
from victim.identity_provider.messages import Request
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, Clients, User, Users
from victim.identity_provider.tokens import Signer

type Learn = Callable[[str, str], object]
type Clock = Callable[[], float]

# The prefix makes browsers insist on Secure. (``__Host-`` would insist on Path=/ as well.)
SESSION_COOKIE = "__Secure-session"
REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:"


@dataclass(frozen=True)
class Endpoints:
    """Absolute URLs below the issuer."""

    issuer: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{self.issuer}: an issuer is an https URL (RFC 8414 section 2)")
        if self.issuer.endswith("/"):
            raise ValueError(f"{self.issuer}: leave out the slash at the end")

    @property
    def path(self) -> str:
        """The path that everything of this tenant lies below; empty for a whole host."""
        return urlsplit(self.issuer).path

    def url(self, name: str) -> str:
        """The URL of an endpoint."""
        return f"{self.issuer}/{name}"


class Tenant:
    """The state behind one issuer, and the only place where secrets are made.

    ``learn`` hears of each secret before anybody else can. Raises ``ValueError`` for an issuer
    that is no https URL, or for users that clash.
    """

    def __init__(
        self,
        *,
        issuer: str,
        policy: Policy,
        users: Iterable[User],
        learn: Learn,
        clock: Clock,
        signing_key: RSAKey | None,
    ) -> None:
        accounts = tuple(users)
        self.endpoints = Endpoints(issuer)
        self.policy = policy
        self.users = Users(accounts)
        self.clients = Clients(policy)
        self.consents = Consents()
        self.signer = Signer(issuer, signing_key, policy)
        self.clock = clock
        self._learn = learn
        # A replayed code must be recognised for as long as it could have tokens to revoke.
        replay_horizon = policy.refresh_token_lifetime + policy.access_token_lifetime
        self.codes: Vault[Code] = Vault(clock, keep=replay_horizon)
        self.refresh_tokens: Vault[RefreshToken] = Vault(clock, keep=replay_horizon)
        self.access_tokens: Vault[AccessToken] = Vault(clock)
        self.proofs: Vault[UsedProof] = Vault(clock)
        self.pushed_requests: Vault[PushedRequest] = Vault(clock)
        self.sessions: Vault[Session] = Vault(clock)
        self.interactions: Vault[Interaction] = Vault(clock)
        for user in accounts:
            learn("password", user.password)

    def register(self, client: Client) -> None:
        """Add a client. Raises :class:`RegistrationRefusedError`."""
        if client.secret:
            self._learn("client_secret", client.secret)
        self.clients.register(client)

    def session_of(self, request: Request) -> Session | None:
        """The live session that the browser's cookie names."""
        return self.sessions.live(request.cookies.get(SESSION_COOKIE))

    def open_session(self) -> tuple[str, Session]:
        """Start a session for a browser that has none; returns its cookie value too."""
        session = Session(expires_at=self.clock() + self.policy.session_lifetime)
        return self._keep_session(session), session

    def sign_in(self, cookie: str, session: Session, user: User) -> str:
        """Note who has signed in, and return the new cookie value; the old one is void."""
        session.user, session.auth_time = user, self.clock()
        session.expires_at = self.clock() + self.policy.session_lifetime
        if self._keeps_cookie(cookie, session):
            return cookie
        self.sessions.remove(cookie)
        return self._keep_session(session)

    def open_interaction(
        self, request: AuthorizationRequest, session: Session
    ) -> tuple[str, Interaction]:
        """Keep a request until the user has answered; with the CSRF token of its forms."""
        csrf_token = self._mint("csrf_token")
        expires_at = self.clock() + self.policy.interaction_lifetime
        interaction = Interaction(request, session, expires_at)
        self.interactions.put(csrf_token, interaction)
        return csrf_token, interaction

    def keep_pushed_request(self, incoming: IncomingRequest) -> str:
        """Keep a pushed request; returns the reference to it (RFC 9126 section 2.2)."""
        request_uri = self._mint("request_uri", REQUEST_URI_PREFIX)
        expires_at = self.clock() + self.policy.pushed_request_lifetime
        self.pushed_requests.put(request_uri, PushedRequest(incoming, expires_at))
        return request_uri

    def issue_code(self, grant: Grant) -> str:
        """A code bound to user, client, redirect URI and challenge."""
        code = self._mint("code")
        self.codes.put(code, Code(grant, self.clock() + self.policy.code_lifetime))
        return code

    def issue_access_token(
        self,
        grant: Grant,
        scope: tuple[str, ...],
        jkt: str | None = None,
        resource: str | None = None,
    ) -> str:
        """An opaque token, bound to the key with the thumbprint ``jkt`` if there is one."""
        token = self._mint("access_token")
        ends = not self.policy.access_token_never_expires
        expires_at = self.clock() + self.policy.access_token_lifetime if ends else math.inf
        self.access_tokens.put(token, AccessToken(grant, scope, expires_at, jkt, resource))
        return token

    def issue_refresh_token(self, grant: Grant, expires_at: float, jkt: str | None = None) -> str:
        """An opaque refresh token, bound to a key if there is one."""
        token = self._mint("refresh_token")
        self.refresh_tokens.put(token, RefreshToken(grant, expires_at, jkt))
        return token

    def issue_id_token(
        self, grant: Grant, *, access_token: str | None = None, code: str | None = None
    ) -> str:
        """A signed statement of who signed in, and of what it was issued with."""
        token = self.signer.id_token(
            grant,
            self.clock(),
            self.policy.id_token_lifetime,
            access_token=access_token,
            code=code,
        )
        self._learn("id_token", token)
        return token

    def _keeps_cookie(self, cookie: str, session: Session) -> bool:
        """Whether somebody who knew the cookie before the sign-in is now signed in too."""
        return self.policy.session_kept_at_sign_in and self.sessions.live(cookie) is session

    def _keep_session(self, session: Session) -> str:
        cookie = self._mint("session")
        self.sessions.put(cookie, session)
        return cookie

    def _mint(self, kind: str, prefix: str = "") -> str:
        secret = prefix + secrets.token_urlsafe(32)
        self._learn(kind, secret)
        return secret
