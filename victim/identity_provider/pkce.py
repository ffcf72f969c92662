"""Proof Key for Code Exchange, RFC 7636: the rules of challenge and verifier."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")


def s256(verifier: str) -> str:
    """The S256 transformation: base64url(SHA-256(verifier)) without padding."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def plain(verifier: str) -> str:
    """The plain transformation: none at all."""
    return verifier


@dataclass(frozen=True)
class Method:
    """A ``code_challenge_method``: its transformation, and the form its challenges must have."""

    name: str
    transform: Callable[[str], str]
    syntax: re.Pattern[str]


S256 = Method("S256", s256, _S256_CHALLENGE)
PLAIN = Method("plain", plain, _VERIFIER)


@dataclass(frozen=True)
class Challenge:
    """The challenge that a code is bound to, together with its method."""

    value: str = field(repr=False)
    method: Method


def is_required(policy: Policy) -> bool:
    """Whether an authorization request must bring a challenge (RFC 9700 section 2.1.1)."""
    return not policy.pkce_optional


def accepted_methods(policy: Policy) -> tuple[Method, ...]:
    """The methods that a request may use, the best first."""
    return (S256, PLAIN) if policy.plain_accepted else (S256,)


def read_challenge(policy: Policy, parameters: Parameters) -> Challenge | None:
    """The challenge of an authorization request; ``None`` when there is none and none is needed.

    Raises :class:`OAuthError` (``invalid_request``, RFC 7636 section 4.4.1).
    """
    value = parameters.get("code_challenge")
    name = parameters.get("code_challenge_method")
    if value is None:
        if name is not None or is_required(policy):
            raise OAuthError("invalid_request", "code_challenge is missing")
        return None
    # RFC 7636 section 4.3: a request that names no method means plain.
    method = _method(policy, name or PLAIN.name)
    if not method.syntax.fullmatch(value):
        raise OAuthError("invalid_request", f"code_challenge is not a {method.name} challenge")
    return Challenge(value, method)


def check_verifier(challenge: Challenge | None, verifier: str | None) -> None:
    """Hold the verifier of a token request against the challenge that the code is bound to.

    Raises :class:`OAuthError`: ``invalid_grant`` (RFC 7636 section 4.6; RFC 9700 section 4.8.2 for
    a verifier that nothing asked for), ``invalid_request`` for one that cannot be a verifier.
    """
    if challenge is None:
        if verifier is not None:
            raise OAuthError("invalid_grant", "code_verifier was sent, but there was no challenge")
        return
    if verifier is None:
        raise OAuthError("invalid_grant", "code_verifier is missing")
    if not _VERIFIER.fullmatch(verifier):
        raise OAuthError("invalid_request", "code_verifier is not 43 to 128 unreserved characters")
    if not hmac.compare_digest(challenge.method.transform(verifier), challenge.value):
        raise OAuthError("invalid_grant", "code_verifier does not match the code_challenge")


def _method(policy: Policy, name: str) -> Method:
    for method in accepted_methods(policy):
        if method.name == name:
            return method
    raise OAuthError("invalid_request", "transform algorithm not supported")
