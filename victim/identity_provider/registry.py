"""Who is known here: the users, and the clients with their registration rules."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from joserfc.jwk import ECKey, RSAKey

from victim.identity_provider import redirect_matching, redirects
from victim.identity_provider.errors import RegistrationRefusedError
from victim.identity_provider.policy import Policy

type PublicKey = RSAKey | ECKey


@dataclass(frozen=True)
class User:
    """A person with an account. ``subject`` is what clients know the person by."""

    subject: str
    username: str
    password: str = field(repr=False)
    name: str
    email: str


class ClientType(StrEnum):
    """RFC 6749 section 2.1: whether the client can keep a secret."""

    PUBLIC = "public"
    CONFIDENTIAL = "confidential"


class ResponseMode(StrEnum):
    """How the authorization response travels."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


@dataclass(frozen=True)
class Client:
    """A registered client. ``secret`` or ``assertion_key`` belong to a confidential one only.

    ``response_types`` and ``response_modes`` are those that its requests may ask for. A client that
    ``requires_pushed_requests`` sends none by way of the browser (RFC 9126 section 6), and
    one with a ``request_object_key`` signs each of them (RFC 9101). ``resources`` are what it may
    get access tokens for, besides userinfo (RFC 8707).
    """

    client_id: str
    name: str
    type: ClientType
    redirect_uris: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)
    response_types: frozenset[str] = frozenset({"code"})
    response_modes: frozenset[ResponseMode] = frozenset({ResponseMode.QUERY})
    requires_pushed_requests: bool = False
    request_object_key: PublicKey | None = field(default=None, repr=False)
    resources: tuple[str, ...] = ()
    assertion_key: PublicKey | None = field(default=None, repr=False)

    @property
    def requires_signed_requests(self) -> bool:
        """Whether a request of this client counts only if it is signed (RFC 9101 section 10.5)."""
        return self.request_object_key is not None

    def may_redirect_to(self, policy: Policy, uri: str) -> bool:
        """Whether ``uri`` matches a registered redirect URI."""
        return any(
            redirect_matching.matches(policy, registered, uri) for registered in self.redirect_uris
        )


class Users:
    """The accounts of a tenant. Raises ``ValueError`` when two share a username or subject."""

    def __init__(self, users: Iterable[User]) -> None:
        accounts = tuple(users)
        self._by_username = {user.username: user for user in accounts}
        self._by_subject = {user.subject: user for user in accounts}
        if not len(self._by_username) == len(self._by_subject) == len(accounts):
            raise ValueError("two users share a username or a subject")

    def with_password(self, username: str, password: str) -> User | None:
        """The user whose password this is. An unknown name takes the same road as a known one."""
        user = self._by_username.get(username)
        expected = user.password if user else ""
        correct = hmac.compare_digest(expected.encode(), password.encode())
        return user if correct else None

    def __getitem__(self, subject: str) -> User:
        return self._by_subject[subject]


class Clients:
    """The registered clients of a tenant."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._by_id: dict[str, Client] = {}

    def register(self, client: Client) -> None:
        """Add a client. Raises :class:`RegistrationRefusedError`."""
        if not client.client_id or client.client_id in self._by_id:
            raise RegistrationRefusedError(
                f"client_id {client.client_id!r} is empty or taken", "RFC6749#2.2"
            )
        _check_credentials(client)
        _check_keys(client)
        if not client.redirect_uris:
            raise RegistrationRefusedError("there is no redirect URI", "RFC6749#3.1.2.2")
        for uri in client.redirect_uris:
            redirects.check_registration(self._policy, uri)
        self._by_id[client.client_id] = client

    def get(self, client_id: str | None) -> Client | None:
        """The client of that id, if there is one."""
        return self._by_id.get(client_id) if client_id else None

    def may_redirect(self, client: Client, uri: str) -> bool:
        """Whether an answer to a request of ``client`` may be sent to ``uri``."""
        owners = self._by_id.values() if _shares_redirects(self._policy) else (client,)
        return any(owner.may_redirect_to(self._policy, uri) for owner in owners)


def _shares_redirects(policy: Policy) -> bool:
    """Whether the registration of one client counts for all."""
    return policy.redirect_of_another_client_accepted


def _check_credentials(client: Client) -> None:
    has_key = client.assertion_key is not None
    if client.type is ClientType.PUBLIC and (has_key or client.secret is not None):
        raise RegistrationRefusedError("a public client cannot keep a secret", "RFC6749#2.1")
    if client.type is ClientType.CONFIDENTIAL and has_key == bool(client.secret):
        raise RegistrationRefusedError(
            "a confidential client needs a secret, or a key instead", "RFC6749#2.3"
        )


def _check_keys(client: Client) -> None:
    keys = (client.request_object_key, client.assertion_key)
    if any(key.is_private for key in keys if key):
        raise RegistrationRefusedError("a private key is not for others to see", "RFC7517#9.2")
