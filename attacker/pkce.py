"""The PKCE pair of an attacker who builds the authorization request itself."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pair:
    """A verifier and its challenge (RFC 7636 sections 4.1 and 4.2)."""

    verifier: str = field(repr=False)
    challenge: str = field(repr=False)


def new_pair(method: str) -> Pair:
    """A fresh pair for ``plain`` or ``S256``."""
    verifier = secrets.token_urlsafe(32)
    if method == "plain":
        return Pair(verifier, verifier)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return Pair(verifier, base64.urlsafe_b64encode(digest).decode().rstrip("="))
