"""Which redirect URI of a request matches a registered one.

Hardened: only itself, but for the port of a loopback IP literal. Every weakness adds one rule.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from victim.identity_provider.policy import Policy

type Rule = Callable[[str, str], bool]
"""Takes the registered redirect URI and the requested one."""

_LOOPBACK_LITERAL = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?((?:[/?].*)?)")
_TEXT_OF_PORT = re.compile(r":[^/]+")
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})
_DEFAULT_PORTS = {("http", "80"), ("https", "443")}
_SENDABLE = re.compile(r"[!-~]+")
# RFC 3986 appendix B, with the authority taken apart as in section 3.2.
_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):"
    r"(?://(?:(?P<userinfo>[^/?#]*)@)?(?P<host>\[[^\]/?#]*\]|[^@:/?#\[\]]*)(?::(?P<port>[0-9]*))?"
    r"(?=[/?#]|$))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?"
)


class _Parts(NamedTuple):
    """A URI taken apart; absent is ``None``, and nothing is decoded."""

    scheme: str
    userinfo: str | None
    host: str | None
    port: str | None
    path: str
    query: str | None
    fragment: str | None


def matches(policy: Policy, registered: str, requested: str) -> bool:
    """Whether an answer may be sent to ``requested`` because ``registered`` is registered."""
    return is_sendable(requested) and any(rule(registered, requested) for rule in _rules(policy))


def is_sendable(uri: str) -> bool:
    """Whether a Location header can carry it: visible ASCII only."""
    return _SENDABLE.fullmatch(uri) is not None


def _rules(policy: Policy) -> Iterator[Rule]:
    yield _is_the_same
    yield _same_but_for_the_loopback_port
    weak: tuple[tuple[bool, Rule], ...] = (
        (policy.redirect_unchecked, _is_anything),
        (policy.redirect_prefix_accepted, _begins_the_same),
        (policy.redirect_subpath_accepted, _lies_below),
        (policy.redirect_subdomain_accepted, _is_on_a_subdomain),
        (policy.redirect_host_suffix_accepted, _host_ends_the_same),
        (policy.redirect_wildcard_accepted, _fits_the_wildcard),
        (policy.redirect_userinfo_mistaken_for_host, _has_the_host_as_userinfo),
        (policy.redirect_backslash_accepted, _same_but("userinfo")),
        (policy.redirect_query_accepted, _adds_parameters),
        (policy.redirect_fragment_accepted, _same_but("fragment")),
        (policy.redirect_case_ignored, _same_but_for_case),
        (policy.redirect_normalised, _same_when_normalised),
        (policy.redirect_port_ignored, _same_but("port")),
        (policy.redirect_downgrade_accepted, _same_without_tls),
        (policy.redirect_loopback_by_prefix, _looks_like_the_loopback),
        (policy.redirect_loopback_port_cut_out, _same_when_the_port_is_cut_out),
        (policy.redirect_loopback_hosts_interchangeable, _is_on_another_loopback),
        (policy.redirect_loopback_for_every_client, _is_on_any_loopback),
    )
    yield from (rule for is_on, rule in weak if is_on)


def _is_the_same(registered: str, requested: str) -> bool:
    """Exact string comparison (RFC 9700 section 4.1.3)."""
    return registered == requested


def _same_but_for_the_loopback_port(registered: str, requested: str) -> bool:
    """An app is given its port by the operating system at the time of the request.

    RFC 8252 section 7.3; for IP literals only.
    """
    ours, theirs = _LOOPBACK_LITERAL.fullmatch(registered), _LOOPBACK_LITERAL.fullmatch(requested)
    if ours is None or theirs is None:
        return False
    port = int(theirs[2] or 80)
    return (ours[1], ours[3]) == (theirs[1], theirs[3]) and 0 < port < 65536


def _is_anything(registered: str, requested: str) -> bool:
    return _URI.fullmatch(requested) is not None


def _begins_the_same(registered: str, requested: str) -> bool:
    return requested.startswith(registered)


def _same_but(*names: str) -> Rule:
    """The rule that leaves these parts of the URIs out of the comparison."""

    def is_same(registered: str, requested: str) -> bool:
        ours, theirs = _take_apart(registered), _take_apart(requested)
        return _without(ours, *names) == _without(theirs, *names)

    return is_same


def _lies_below(registered: str, requested: str) -> bool:
    ours, theirs = _take_apart(registered), _take_apart(requested)
    return _same_but("path")(registered, requested) and theirs.path.startswith(
        f"{ours.path.rstrip('/')}/"
    )


def _is_on_a_subdomain(registered: str, requested: str) -> bool:
    return _host_ends_with(f".{_host(registered)}", registered, requested)


def _host_ends_the_same(registered: str, requested: str) -> bool:
    return _host_ends_with(_host(registered), registered, requested)


def _fits_the_wildcard(registered: str, requested: str) -> bool:
    pattern = _host(registered)
    return pattern.startswith("*.") and _host_ends_with(pattern[1:], registered, requested)


def _has_the_host_as_userinfo(registered: str, requested: str) -> bool:
    authority = re.match(r"[^:]+://([^/?#]+)", registered)
    userinfo = _take_apart(requested).userinfo or ""
    return (
        authority is not None
        and userinfo.startswith(authority[1])
        and _same_but("userinfo", "host", "port")(registered, requested)
    )


def _adds_parameters(registered: str, requested: str) -> bool:
    separator = "&" if "?" in registered else "?"
    return "#" not in requested and requested.startswith(f"{registered}{separator}")


def _same_but_for_case(registered: str, requested: str) -> bool:
    return registered.lower() == requested.lower()


def _same_when_normalised(registered: str, requested: str) -> bool:
    return _normalised(registered) == _normalised(requested)


def _same_without_tls(registered: str, requested: str) -> bool:
    ours, theirs = _take_apart(registered), _take_apart(requested)
    return (ours.scheme, theirs.scheme) == ("https", "http") and _same_but("scheme")(
        registered, requested
    )


def _looks_like_the_loopback(registered: str, requested: str) -> bool:
    host = _host(registered)
    return (
        host in _LOOPBACK_HOSTS
        and _host(requested).startswith(f"{host}.")
        and _same_but("host", "port")(registered, requested)
    )


def _same_when_the_port_is_cut_out(registered: str, requested: str) -> bool:
    ours, theirs = (_TEXT_OF_PORT.sub("", uri, count=1) for uri in (registered, requested))
    return _host(registered) in _LOOPBACK_HOSTS and ours == theirs


def _is_on_another_loopback(registered: str, requested: str) -> bool:
    hosts = {_host(registered), _host(requested)}
    return (
        len(hosts) == 2
        and hosts <= _LOOPBACK_HOSTS
        and _same_but("host", "port")(registered, requested)
    )


def _is_on_any_loopback(registered: str, requested: str) -> bool:
    theirs = _take_apart(requested)
    return theirs.scheme == "http" and theirs.host in _LOOPBACK_HOSTS


def _host_ends_with(end: str, registered: str, requested: str) -> bool:
    host = _host(requested)
    return (
        bool(_host(registered)) and host.endswith(end) and _same_but("host")(registered, requested)
    )


def _host(uri: str) -> str:
    return _take_apart(uri).host or ""


def _normalised(uri: str) -> _Parts:
    parts = _take_apart(uri)
    is_default = (parts.scheme, parts.port) in _DEFAULT_PORTS
    return parts._replace(port=None if is_default else parts.port, path=parts.path.rstrip("/"))


_NOTHING = _Parts("", None, None, None, "", None, None)


def _take_apart(uri: str) -> _Parts:
    """The parts of a URI; all of them empty when it is none."""
    match = _URI.fullmatch(uri)
    return _Parts(**match.groupdict()) if match else _NOTHING


def _without(parts: _Parts, *names: str) -> dict[str, str | None]:
    return {name: part for name, part in parts._asdict().items() if name not in names}
