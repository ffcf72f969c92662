"""The key of a client, to which its codes and tokens are bound (RFC 9449)."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from functools import cached_property

from joserfc import jwt
from joserfc.jwk import ECKey

_ALGORITHM = "ES256"


class ProofKey:
    """A key that never leaves the client. Made when it is first needed."""

    @cached_property
    def _key(self) -> ECKey:
        return ECKey.generate_key("P-256")

    @property
    def jkt(self) -> str:
        """Its thumbprint, which an authorization request names (RFC 9449 section 10)."""
        return self._key.thumbprint()

    def proof(self, method: str, url: str, access_token: str = "") -> dict[str, str]:
        """The headers that prove its possession for one request (RFC 9449 section 4.2).

        With an access token also the one that presents it (section 7.1).
        """
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
        }
        if not access_token:
            return {"DPoP": self._signed(claims)}
        claims["ath"] = _hash_of(access_token)
        return {"DPoP": self._signed(claims), "Authorization": f"DPoP {access_token}"}

    def _signed(self, claims: dict[str, object]) -> str:
        public = self._key.as_dict(private=False)
        header = {"typ": "dpop+jwt", "alg": _ALGORITHM, "jwk": public}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])


def _hash_of(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
