"""The sections of a target file, as they are written (see ``docs/targets.md``)."""

import datetime
from typing import Literal

from msgspec import Struct, field

from scenarios.targets.sources import Source

FILL_IN = "FILL IN"
"""What `codejack init` leaves to the user. A file that still says so is refused."""


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file. A key that it does not have is refused."""


class ProviderSection(Section, frozen=True, kw_only=True):
    """The server. ``hosts`` are the only ones ever dialled: exact, port 443 unless named.

    The endpoints override what discovery says; with ``discovery = false`` nothing else is known.
    """

    issuer: str
    discovery: bool = True
    hosts: tuple[str, ...] = ()
    ca_file: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    jwks_uri: str = ""
    revocation_endpoint: str = ""
    introspection_endpoint: str = ""
    registration_endpoint: str = ""
    pushed_authorization_request_endpoint: str = ""

    @property
    def endpoints(self) -> dict[str, str]:
        """Those that are named here."""
        named = {name: getattr(self, name) for name in ENDPOINTS}
        return {name: url for name, url in named.items() if url}


ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "revocation_endpoint",
    "introspection_endpoint",
    "registration_endpoint",
    "pushed_authorization_request_endpoint",
)


class PermissionSection(Section, frozen=True, kw_only=True):
    """Who allows this, until when. Without it nothing but loopback is attacked."""

    owner: str
    statement: str
    expires: datetime.date


class LoginSection(Section, frozen=True, kw_only=True):
    """How a user signs in. Selectors only where the generic driver goes wrong."""

    driver: Literal["form", "storage-state", "python"] = "form"
    username_field: str = ""
    password_field: str = ""
    submit_button: str = ""
    allow_button: str = ""
    function: str = ""


class AccountSection(Section, frozen=True, kw_only=True):
    """A test user."""

    username: str
    password: Source | None = None
    storage_state: str = ""


class ClientSection(Section, frozen=True, kw_only=True):
    """A client that is registered at the server, or that registers itself (RFC 7591)."""

    type: Literal["public", "confidential", "single-page"]
    redirect_uris: tuple[str, ...]
    client_id: str = ""
    secret: Source | None = None
    authentication: Literal["", "client_secret_basic", "client_secret_post", "none"] = ""
    scope: str = "openid"
    pkce: Literal["S256", "plain", "none"] = "S256"
    register: bool = False

    @property
    def confidential(self) -> bool:
        """Whether it has a secret."""
        return self.type == "confidential"


class ResourceSection(Section, frozen=True, kw_only=True):
    """Where a token shows whose it is, if not at userinfo; ``subject`` is a path in its JSON.

    With ``introspection`` the server is asked about the token, as ``client`` (RFC 7662).
    """

    url: str = ""
    subject: str = "sub"
    introspection: bool = False
    client: str = ""


class PolicySection(Section, frozen=True, kw_only=True):
    """What the server is held to, and which weaknesses its team tolerates by rule."""

    hold_to: str = "rfc9700"
    tolerate: tuple[str, ...] = ()


class LimitsSection(Section, frozen=True, kw_only=True):
    """How gentle to be. Without a word: 600 a minute, but on loopback as fast as it goes."""

    requests_per_minute: int | None = None
    requests: int = 20_000


class Sections(Section, frozen=True, kw_only=True):
    """A whole file."""

    provider: ProviderSection
    accounts: dict[str, AccountSection]
    clients: dict[str, ClientSection]
    permission: PermissionSection | None = None
    login: LoginSection = field(default_factory=LoginSection)
    resource: ResourceSection = field(default_factory=ResourceSection)
    policy: PolicySection = field(default_factory=PolicySection)
    limits: LimitsSection = field(default_factory=LimitsSection)
