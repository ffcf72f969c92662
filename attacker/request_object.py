"""Request objects that an attacker writes in the place of a client's (RFC 9101)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from reports.request_object import asked_in, claims_of

type Forge = Callable[[Mapping[str, str], Mapping[str, str]], dict[str, str]]
"""From a client's signed request, and the attacker's own parameters, to what travels on."""

NAME = "request"
_ALGORITHM = "ES256"


def unsigned(sent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The same request, and ``own`` in it, in an object of the algorithm ``none``."""
    header = {"alg": "none"}
    return _with(sent, f"{_encoded(header)}.{_encoded(_changed(sent, own))}.")


def signed_by_another(sent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The same, in an object that is signed with a key of the attacker's own."""
    header = {"alg": _ALGORITHM}
    return _with(sent, jwt.encode(header, _changed(sent, own), _key(), algorithms=[_ALGORITHM]))


def beside(sent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The client's own object as it is, and ``own`` in the URL beside it."""
    return {**sent, **own}


def unpacked(sent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The same request, and ``own`` in it, in the URL, where nothing is signed."""
    return {**asked_in(f"?{urlencode(sent)}"), **own}


def _changed(sent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, Any]:
    return {**claims_of(sent[NAME]), **own}


def _with(sent: Mapping[str, str], token: str) -> dict[str, str]:
    return {"client_id": sent["client_id"], NAME: token}


@cache
def _key() -> ECKey:
    return ECKey.generate_key("P-256")


def _encoded(content: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
