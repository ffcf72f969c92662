"""What a client makes sure of before it believes an ID token (OpenID Connect Core 3.1.3.7)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from victim.client.errors import LoginFailedError

ALGORITHM = "RS256"
"""The one that clients expect unless they have registered another."""

BY_SECRET = "HS256"
"""The one that proves a token with the secret of the client that it is for (section 10.1)."""


def subject_of(
    id_token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str | None,
    now: float,
    code: str | None = None,
    algorithms: Sequence[str] = (ALGORITHM,),
    secret: str | None = None,
) -> str:
    """The ``sub`` of an ID token that the provider has made for this client and this login.

    ``nonce`` is that of the request, ``code`` the one that came with it (OpenID Connect Core
    3.3.2.10); ``None`` when there is nothing to compare. ``secret`` is that of the client, if it
    has one. Raises :class:`LoginFailedError`.
    """
    claims = _verified(id_token, keys, algorithms, secret)
    if claims.get("iss") != issuer:
        raise LoginFailedError("the ID token is of another provider (wrong iss)")
    if claims.get("aud") not in (client_id, [client_id]):
        raise LoginFailedError("the ID token is for another client (wrong aud)")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= now:
        raise LoginFailedError("the ID token has expired")
    if nonce is not None and claims.get("nonce") != nonce:
        raise LoginFailedError("the ID token answers another request (wrong nonce)")
    if code is not None and claims.get("c_hash") != _half_hash(code):
        raise LoginFailedError("the ID token came with another code (wrong c_hash)")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise LoginFailedError("the ID token does not say who the user is")
    return subject


def _half_hash(code: str) -> str:
    """The left half of its SHA-256, base64url: with RS256 that is ``c_hash`` (section 3.3.2.11)."""
    digest = hashlib.sha256(code.encode()).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def _verified(
    id_token: str, keys: KeySet, algorithms: Sequence[str], secret: str | None
) -> dict[str, Any]:
    if not secret:
        algorithms = [each for each in algorithms if each != BY_SECRET]

    def key(token: Any) -> Any:
        by_secret = token.headers().get("alg") == BY_SECRET
        # What is published proves nothing by such a signature: everybody has it.
        return OctKey.import_key(secret or "") if by_secret else keys

    try:
        return dict(jwt.decode(id_token, key, algorithms=list(algorithms)).claims)
    except (JoseError, ValueError, TypeError) as error:
        # A key that does not fit, a broken encoding, an algorithm such as none: all one to us.
        raise LoginFailedError("the ID token is not signed by the provider") from error
