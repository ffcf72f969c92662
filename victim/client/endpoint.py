"""The endpoints of the client: each is one registration, and one way of using the code flow."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from victim.client.habits import Habits
from victim.client.id_token import ALGORITHM
from victim.client.signing import SigningKey

ARTICLE_VERIFIER = "~ThisIsThe1stArticleI_veWrittenForXmsMagazine.IHopeYouFindItInformative-"
"""The fixed ``code_verifier`` of the article's ``plain`` demo: 72 characters, allowed alphabet."""


class Pkce(StrEnum):
    """How the client uses RFC 7636; the values are those of ``code_challenge_method``."""

    NONE = "none"
    PLAIN = "plain"
    S256 = "S256"


@dataclass(frozen=True)
class Provider:
    """The identity provider, as the client was configured."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    pushed_request_endpoint: str
    names_itself: bool = True
    """Whether its metadata promises ``iss`` with each answer (RFC 9207 section 3)."""
    state_returned: bool = True
    """Whether its answers have the ``state`` of the request (RFC 6749 section 4.1.2)."""
    nonce_repeated: bool = True
    """Whether its ID tokens have the ``nonce`` of the request (OpenID Connect Core section 2)."""
    code_named: bool = True
    """Whether an ID token beside a code names it by ``c_hash`` (section 3.3.2.11 there)."""
    openid: bool = True
    """Whether it issues ID tokens; else only its answer at userinfo says who the user is."""
    algorithms: tuple[str, ...] = (ALGORITHM,)
    """Those with which its ID tokens may be signed (section 3.1.3.7 there)."""
    subject: str = "sub"
    """Where its answer at userinfo names the user: keys of nested objects, with dots between."""


@dataclass(frozen=True)
class Endpoint:
    """One registration of the client at a provider, and the path that serves it.

    ``path`` starts the login, receives the redirect and, with ``/me`` behind it, shows the session.
    A ``native`` endpoint is the back end of an app with one user: the app hands it the redirect.
    ``partner`` is the address of a site whose badge its pages show, and whose script some run.
    """

    path: str
    client_id: str
    redirect_uri: str
    provider: Provider
    habits: Habits = field(default_factory=Habits)
    client_secret: str | None = field(default=None, repr=False)
    secret_in_header: bool = False
    """Whether it sends its secret by HTTP Basic, and not in the form (RFC 6749 section 2.3.1)."""
    named_in_form: bool = False
    """Whether it names itself in the form then, too: servers demand that, or refuse it."""
    scope: str = "openid profile"
    lasting: bool = False
    """Whether it asks to be given a refresh token (OpenID Connect Core section 11)."""
    asks_again: bool = False
    """Whether its users are to be asked for consent each time (``prompt=consent``)."""
    native: bool = False
    partner: str = ""
    resource: str = ""
    """The address of an API that it calls for its users, if it does; whose that is, it trusts."""
    other: "Endpoint | None" = None
    """The registration at another server, for a client that works with more than one."""
    key: SigningKey = field(default_factory=SigningKey, repr=False, compare=False)
    """What it signs with, if it signs anything: the same key at every server."""

    @property
    def pkce(self) -> Pkce:
        """What its authorization requests use."""
        return pkce_of(self.habits)

    @property
    def partners_redirect_uri(self) -> str:
        """Where logins come back to that began at the partner's site."""
        return f"{self.redirect_uri}?{urlencode({'next': self.partner})}"

    @property
    def secure(self) -> bool:
        """Whether the redirect travels by https, so that its cookies can be ``Secure``."""
        return self.redirect_uri.startswith("https:")

    @property
    def slug(self) -> str:
        """The path as part of a cookie's name."""
        return re.sub(r"[^\w-]", ".", self.path.strip("/"), flags=re.ASCII)


def pkce_of(habits: Habits) -> Pkce:
    """How a client with these habits uses PKCE, as its authorization requests show it."""
    if not habits.uses_pkce:
        return Pkce.NONE
    return Pkce.PLAIN if habits.plain_used else Pkce.S256


def waiting_place(habits: Habits, usual: int) -> tuple[str, ...]:
    """Where a native app with these habits waits: its port, 0 for any, and whether it shares it.

    As ``victim.native_app`` is told. ``usual`` is the port of one that always has the same.
    """
    port = str(usual) if habits.loopback_port_fixed else "0"
    return (port, "shared") if habits.loopback_port_shared else (port,)
