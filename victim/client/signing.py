"""The key that a client signs with: who it is (RFC 7523), and what it asks for (RFC 9101)."""

import secrets
import time
from collections.abc import Mapping
from functools import cached_property

from joserfc import jwt
from joserfc.jwk import ECKey

_ALGORITHM = "ES256"
_LIFETIME = 300
"""Seconds that what it signs is good for."""
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class SigningKey:
    """A key that never leaves the client. Made when it is first needed."""

    @cached_property
    def _key(self) -> ECKey:
        return ECKey.generate_key("P-256")

    @property
    def public(self) -> ECKey:
        """What a provider registers, and holds signatures against."""
        return ECKey.import_key(self._key.as_dict(private=False))

    def assertion(self, client_id: str, audience: str) -> dict[str, str]:
        """The parameters that say who sends one request to ``audience`` (RFC 7523 section 2.2)."""
        claims = {"sub": client_id, "jti": secrets.token_urlsafe(16)}
        signed = self._signed("client-authentication+jwt", client_id, audience, claims)
        return {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": signed}

    def request_object(self, audience: str, request: Mapping[str, str]) -> dict[str, str]:
        """The parameters that ``audience`` is sent in place of a request (RFC 9101 section 5)."""
        client_id = request["client_id"]
        signed = self._signed("oauth-authz-req+jwt", client_id, audience, request)
        return {"client_id": client_id, "request": signed}

    def _signed(self, kind: str, issuer: str, audience: str, claims: Mapping[str, str]) -> str:
        now = int(time.time())
        about = {"iss": issuer, "aud": audience, "iat": now, "exp": now + _LIFETIME}
        header = {"typ": kind, "alg": _ALGORITHM}
        return jwt.encode(header, {**about, **claims}, self._key, algorithms=[_ALGORITHM])
