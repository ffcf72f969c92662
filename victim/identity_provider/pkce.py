"""Proof Key for Code Exchange, RFC 7636: methods, and the challenge of an authorization request."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy

_PLAIN_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")
_NOTHING = re.compile("")


def s256(verifier: str) -> str:
    """The S256 transformation: base64url(SHA-256(verifier)) without padding."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def plain(verifier: str) -> str:
    """The plain transformation: none at all."""
    return verifier


def _forget(verifier: str) -> str:
    return ""


@dataclass(frozen=True)
class Method:
    """A ``code_challenge_method``: its transformation, and the form its challenges must have."""

    name: str
    transform: Callable[[str], str]
    syntax: re.Pattern[str]


S256 = Method("S256", s256, _S256_CHALLENGE)
PLAIN = Method("plain", plain, _PLAIN_CHALLENGE)


@dataclass(frozen=True)
class Challenge:
    """The challenge that a code is bound to, together with its method."""

    value: str = field(repr=False)
    method: Method


UNMEETABLE = Challenge("", S256)
"""What no verifier meets."""

MET_BY_ANY = Challenge("", Method("none", _forget, _NOTHING))
"""What every verifier meets, but not the lack of one."""


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
        return _without_challenge(policy, parameters)
    # RFC 7636 section 4.3: a request that names no method means plain.
    method = _method(policy, name or PLAIN.name)
    value = _unpadded(policy, value)
    if not method.syntax.fullmatch(value):
        raise OAuthError("invalid_request", f"code_challenge is not a {method.name} challenge")
    return Challenge(value, method)


def rebound(policy: Policy, challenge: Challenge, parameters: Parameters) -> Challenge:
    """The challenge with the method that a token request names, where that may matter."""
    named = [each for each in (S256, PLAIN) if each.name == parameters.get("code_challenge_method")]
    if not (policy.challenge_method_dropped and named):
        return challenge
    return replace(challenge, method=named[0])


def _without_challenge(policy: Policy, parameters: Parameters) -> Challenge | None:
    """What the code of a request without a challenge is bound to, if it may have one at all."""
    if _may_go_unbound(policy, parameters):
        return None
    if parameters.get("code_challenge_method") is None:
        if policy.verifier_without_challenge_accepted:
            return MET_BY_ANY
        if policy.pkce_only_at_token_endpoint:
            return UNMEETABLE
    raise OAuthError("invalid_request", "code_challenge is missing")


def _may_go_unbound(policy: Policy, parameters: Parameters) -> bool:
    sent_empty = ("code_challenge", "") in parameters.pairs
    if sent_empty and policy.empty_challenge_accepted:
        return True
    if parameters.get("code_challenge_method") is not None:
        return policy.method_without_challenge_accepted and not sent_empty
    return not is_required(policy)


def _unpadded(policy: Policy, value: str) -> str:
    return value.removesuffix("=") if policy.padded_challenge_accepted else value


def _method(policy: Policy, name: str) -> Method:
    for method in accepted_methods(policy):
        if _is_named(policy, method, name):
            return method
    if policy.unknown_challenge_method_accepted and name not in (S256.name, PLAIN.name):
        return PLAIN
    raise OAuthError("invalid_request", "transform algorithm not supported")


def _is_named(policy: Policy, method: Method, name: str) -> bool:
    if policy.challenge_method_case_insensitive:
        return method.name.lower() == name.lower()
    return method.name == name
