"""Demonstrating proof of possession (RFC 9449): what is bound to a key, only its holder can use."""

import hashlib
import re
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import UsedProof
from victim.identity_provider.messages import Parameters, Request
from victim.identity_provider.policy import Policy
from victim.identity_provider.tenant import Tenant

HEADER = "dpop"
ALGORITHMS = ("ES256", "RS256", "PS256")
MAX_AGE = 60
"""Seconds that the clock of a client may be off, either way."""

_THUMBPRINT = re.compile(r"[A-Za-z0-9\-_]{43}")


def read_jkt(parameters: Parameters) -> str | None:
    """The thumbprint of the key that the code shall be bound to (RFC 9449 section 10).

    Raises :class:`OAuthError` (``invalid_request``).
    """
    jkt = parameters.get("dpop_jkt")
    if jkt is not None and not _THUMBPRINT.fullmatch(jkt):
        raise OAuthError("invalid_request", "dpop_jkt is not the SHA-256 thumbprint of a key")
    return jkt


def binds_codes(policy: Policy) -> bool:
    """Whether a code with a ``dpop_jkt`` needs a proof of that key (RFC 9449 section 10)."""
    return not policy.dpop_jkt_ignored


def check_key(bound_to: str | None, proven: str | None) -> None:
    """See that what is bound to a key comes with a proof of it. Raises :class:`OAuthError`."""
    if bound_to is None or proven == bound_to:
        return
    if proven is None:
        raise OAuthError("invalid_dpop_proof", "a proof of the key is missing")
    raise OAuthError("invalid_grant", "the proof is of another key")


def ath(access_token: str) -> str:
    """The access token's SHA-256, base64url (RFC 9449 section 4.2)."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def proven_key(
    tenant: Tenant, request: Request, endpoint: str, access_token: str | None = None
) -> str | None:
    """The thumbprint of the key whose possession the request proves; ``None`` if it does not try.

    ``endpoint`` is the one that the request came to, by its name. Raises :class:`OAuthError`
    (``invalid_dpop_proof``) when any check of RFC 9449 section 4.3 fails.
    """
    proofs = [value for name, value in request.headers if name == HEADER]
    if not proofs:
        return None
    if len(proofs) > 1:
        raise _invalid("there is more than one proof")
    thumbprint, claims = _verify(proofs[0])
    if claims.get("htm") != request.method:
        raise _invalid("htm is not the method of the request")
    if _without_query(claims.get("htu")) != tenant.endpoints.url(endpoint):
        raise _invalid("htu is not the address of the request")
    if access_token is not None and claims.get("ath") != ath(access_token):
        raise _invalid("ath is not the hash of the access token")
    _use_up(tenant, thumbprint, claims)
    return thumbprint


def _verify(proof: str) -> tuple[str, dict[str, Any]]:
    """The key of a proof and what it states, if the key really signed it."""
    try:
        header = jws.extract_compact(proof.encode()).headers()
        if header.get("typ") != "dpop+jwt" or not isinstance(header.get("jwk"), dict):
            raise _invalid("typ or jwk is wrong")
        key = JWKRegistry.import_key(header["jwk"])
        if key.is_private:
            raise _invalid("jwk has the private key in it")
        claims = jwt.decode(proof, key, list(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise _invalid("it is no JWT, or its signature is wrong") from None
    return key.thumbprint(), claims


def _use_up(tenant: Tenant, thumbprint: str, claims: dict[str, Any]) -> None:
    """A proof counts once, and not for long (RFC 9449 section 11.1)."""
    jti, iat, now = claims.get("jti"), claims.get("iat"), tenant.clock()
    if not isinstance(iat, int | float) or not abs(now - iat) <= MAX_AGE:
        raise _invalid("iat is not of this moment")
    if not isinstance(jti, str) or not jti:
        raise _invalid("jti is missing")
    name = f"{thumbprint} {jti}"
    if tenant.proofs.live(name):
        raise _invalid("it was used before")
    tenant.proofs.put(name, UsedProof(now + 2 * MAX_AGE + 1))


def _without_query(htu: object) -> str | None:
    if not isinstance(htu, str):
        return None
    try:
        return urlsplit(htu)._replace(query="", fragment="").geturl()
    except ValueError:
        return None


def _invalid(reason: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", f"the proof is refused: {reason}")
