"""What a client signs: its request objects (RFC 9101) and its assertions (RFC 7523)."""

import json
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from victim.identity_provider.registry import PublicKey

ALGORITHMS = ("RS256", "ES256")
UNSIGNED = "none"
LEEWAY = 60
"""Seconds that the clock of a client may be off, either way."""

type Claims = dict[str, Any]


def algorithm_of(token: str) -> str | None:
    """What the token says that it was signed by; ``None`` if it is no token."""
    try:
        return str(jws.extract_compact(token.encode()).headers()["alg"])
    except (JoseError, ValueError, KeyError):
        return None


def claims_of(token: str) -> Claims:
    """What the token states, whoever has signed it; nothing if it is no token."""
    try:
        claims = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def is_signed_by(key: PublicKey, token: str) -> bool:
    """Whether the holder of the key has signed the token."""
    try:
        jws.deserialize_compact(token, key, list(ALGORITHMS))
    except (JoseError, ValueError):
        return False
    return True


def flaw_in(claims: Claims, clock: Callable[[], float], **expected: str) -> str | None:
    """Why the claims are not of this moment, or not the ``expected``; ``None`` if they are."""
    options: dict[str, Any] = {
        name: {"essential": True, "value": value} for name, value in expected.items()
    }
    registry = JWTClaimsRegistry(int(clock()), LEEWAY, **options)
    try:
        registry.validate(claims)
    except JoseError as flaw:
        return flaw.description
    return None
