"""Which redirect URIs may be registered."""

import re
from urllib.parse import SplitResult, urlsplit

from victim.identity_provider.errors import RegistrationRefusedError
from victim.identity_provider.policy import Policy

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
# Everything else belongs percent-encoded in a URI (RFC 3986 section 2); "*" would be a pattern.
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%#]+")
_SCRIPT_SCHEMES = frozenset({"javascript", "data"})
_REVERSE_DOMAIN = re.compile(r"[a-z][a-z0-9\-]*(\.[a-z0-9\-]+)+")


def check_registration(policy: Policy, uri: str) -> None:
    """Raise :class:`RegistrationRefusedError` unless ``uri`` may be registered."""
    parts = _parse(_without_wildcard(uri) if allows_wildcards(policy) else uri)
    match parts.scheme:
        case "https":
            _require_host(uri, parts)
        case "http":
            _require_host(uri, parts)
            if not (_is_loopback(parts) or allows_plaintext(policy)):
                raise RegistrationRefusedError(
                    f"{uri}: http is allowed for loopback only; elsewhere the code crosses the "
                    "network in clear",
                    "RFC9700#2.6",
                )
        case scheme if not _is_private_use(policy, scheme):
            raise RegistrationRefusedError(
                f"{uri}: a private-use scheme must be a reversed domain name that its owner "
                "controls",
                "RFC8252#7.1",
            )


def allows_plaintext(policy: Policy) -> bool:
    """Whether a redirect may cross the network without TLS."""
    return policy.plaintext_redirect_accepted


def allows_wildcards(policy: Policy) -> bool:
    """Whether ``*`` may stand for the subdomains of a host."""
    return policy.redirect_wildcard_accepted


def _is_private_use(policy: Policy, scheme: str) -> bool:
    """RFC 8252 section 7.1: the reversed name of a domain that the app's maker controls."""
    if scheme in _SCRIPT_SCHEMES:
        return policy.script_scheme_accepted
    return policy.private_scheme_without_dot_accepted or bool(_REVERSE_DOMAIN.fullmatch(scheme))


def _without_wildcard(uri: str) -> str:
    return uri.replace("://*.", "://", 1)


def _is_loopback(parts: SplitResult) -> bool:
    return parts.hostname in _LOOPBACK_HOSTS


def _require_host(uri: str, parts: SplitResult) -> None:
    if not parts.hostname:
        raise RegistrationRefusedError(f"{uri}: there is no host", "RFC6749#3.1.2")
    if "@" in parts.netloc:
        raise RegistrationRefusedError(f"{uri}: user information hides the host", "RFC3986#7.6")


def _parse(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        raise RegistrationRefusedError(f"{uri!r}: not a URI", "RFC6749#3.1.2") from None
    if not parts.scheme or not _URI_CHARACTERS.fullmatch(uri):
        raise RegistrationRefusedError(f"{uri!r}: not an absolute URI", "RFC6749#3.1.2")
    if "#" in uri:
        raise RegistrationRefusedError(f"{uri}: a fragment is not allowed", "RFC6749#3.1.2")
    return parts
