"""The PKCE pair of an attacker who builds the authorization request itself."""

import secrets
from dataclasses import dataclass, field

from attacker.hunt import Method, challenge_of


@dataclass(frozen=True)
class Pair:
    """A verifier and its challenge (RFC 7636 sections 4.1 and 4.2)."""

    verifier: str = field(repr=False)
    challenge: str = field(repr=False)


def new_pair(method: str) -> Pair:
    """A fresh pair for ``plain`` or ``S256``. Raises ``ValueError`` for any other method."""
    return pair_of(secrets.token_urlsafe(32), method)


def verifier_of(length: int) -> str:
    """So many random unreserved characters, whether a verifier may have as many or not.

    Random, because nothing else that is written down unpacks to it by chance.
    """
    return secrets.token_urlsafe(length)[:length]


def pair_of(verifier: str, method: str = Method.S256) -> Pair:
    """The pair of a verifier that was chosen for some reason, legal or not."""
    return Pair(verifier, challenge_of(verifier, Method(method)))
