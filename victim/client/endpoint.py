"""The endpoints of the client: each is one registration, and one way of using the code flow."""

from dataclasses import dataclass, field
from enum import StrEnum

ARTICLE_VERIFIER = "~ThisIsThe1stArticleI_veWrittenForXmsMagazine.IHopeYouFindItInformative-"
"""The fixed ``code_verifier`` of the article's ``plain`` demo: 72 characters, allowed alphabet."""


class Pkce(StrEnum):
    """How the client uses RFC 7636; the values are those of ``code_challenge_method``."""

    NONE = "none"
    PLAIN = "plain"
    S256 = "S256"


class VerifierSource(StrEnum):
    """Where the client keeps the ``code_verifier`` until the redirect comes back."""

    FRESH = "fresh for every login, kept by the client"
    IN_STATE = "carried in the state parameter"
    FIXED = "fixed in the code of the client"


@dataclass(frozen=True)
class Endpoint:
    """One registration of the client, and the path that serves it.

    ``path`` starts the login, receives the redirect and, with ``/me`` behind it, shows the session.
    A ``native`` endpoint is the back end of an app with one user: the app hands it the redirect.
    """

    path: str
    client_id: str
    redirect_uri: str
    pkce: Pkce
    verifier: VerifierSource = VerifierSource.FRESH
    client_secret: str | None = field(default=None, repr=False)
    native: bool = False
