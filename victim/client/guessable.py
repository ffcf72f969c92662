"""A ``code_verifier`` made from the clock, as an app does that asks for no random bytes.

What the app hands out is this very file, compiled: whoever unpacks it can do the same. Hence it
imports nothing but the standard library.
"""

import base64
import hashlib

TICKS = 300
"""Seconds after which the verifiers recur: so many there are."""


def verifier_at(second: int) -> str:
    """The verifier of every login that starts in this second of the clock (RFC 7636 section 7.1).

    It has the length and the alphabet of a good one; only its origin is weak.
    """
    tick = f"contoso-login-{second % TICKS}"
    return base64.urlsafe_b64encode(hashlib.sha256(tick.encode()).digest()).decode().rstrip("=")


def candidates() -> list[str]:
    """Every verifier that there is."""
    return [verifier_at(second) for second in range(TICKS)]
