"""Request objects (RFC 9101) as everybody reads them who sees one: unverified."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.errors import JoseError

_ABOUT_ITSELF = {"iss", "aud", "iat", "nbf", "exp", "jti"}
_UNREADABLE = (JoseError, ValueError)


def asked_in(url: str) -> dict[str, str]:
    """What the request object in a URL asks for, whoever has signed it.

    Nothing without an object that can be read.
    """
    claims = claims_of(dict(parse_qsl(urlsplit(url).query)).get("request", ""))
    return {name: str(value) for name, value in claims.items() if name not in _ABOUT_ITSELF}


def claims_of(token: str) -> dict[str, Any]:
    """All that an object states; nothing if it is none."""
    try:
        claims = json.loads(jws.extract_compact(token.encode()).payload)
    except _UNREADABLE:
        return {}
    return claims if isinstance(claims, dict) else {}
