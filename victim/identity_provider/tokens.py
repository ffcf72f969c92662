"""ID tokens and the key they are signed with (OpenID Connect Core section 2)."""

import hashlib
from base64 import urlsafe_b64encode
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from victim.identity_provider.grants import Grant
from victim.identity_provider.policy import Policy

# The one algorithm that OpenID Connect Discovery section 3 obliges every provider to support.
ALGORITHM = "RS256"


def new_signing_key() -> RSAKey:
    """A fresh RSA key with a key id (RFC 7638 thumbprint)."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)


def half_hash(value: str) -> str:
    """The left half of the SHA-256, base64url.

    It is what ``at_hash`` and ``c_hash`` are (OpenID Connect Core sections 3.1.3.6 and 3.3.2.11).
    """
    digest = hashlib.sha256(value.encode("ascii")).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def repeats_nonce(policy: Policy) -> bool:
    """Whether an ID token names the request that it answers (OpenID Connect Core section 2)."""
    return not policy.nonce_ignored


def names_code(policy: Policy) -> bool:
    """Whether an ID token says which code it came with (OpenID Connect Core section 3.3.2.11)."""
    return not policy.c_hash_missing


class Signer:
    """Signs ID tokens for one issuer. Makes its key when it is first needed, unless given one."""

    def __init__(self, issuer: str, key: RSAKey | None, policy: Policy) -> None:
        self._issuer = issuer
        self._policy = policy
        self._given = key

    @cached_property
    def _key(self) -> RSAKey:
        return self._given or new_signing_key()

    def jwks(self) -> dict[str, Any]:
        """The public half, as a JWK Set (RFC 7517 section 5)."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def id_token(
        self,
        grant: Grant,
        now: float,
        lifetime: float,
        *,
        access_token: str | None = None,
        code: str | None = None,
    ) -> str:
        """An ID token that says who signed in, when, for which client, and what else was issued."""
        claims = {
            "iss": self._issuer,
            "sub": grant.user.subject,
            "aud": grant.request.client.client_id,
            "iat": int(now),
            "exp": int(now + lifetime),
            "auth_time": int(grant.auth_time),
        }
        if access_token is not None:
            claims["at_hash"] = half_hash(access_token)
        if code is not None and names_code(self._policy):
            claims["c_hash"] = half_hash(code)
        if grant.request.nonce is not None and repeats_nonce(self._policy):
            claims["nonce"] = grant.request.nonce
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
