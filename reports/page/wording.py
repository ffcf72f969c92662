"""Short labels for what is on the wire: one line per message, the parameters that matter first."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from reports import actors
from reports.records import Exchange, Handover, HttpRequest, HttpResponse

ACTORS = {
    actors.VICTIM_BROWSER: "victim's browser",
    actors.HONEST_APP: "honest app",
    actors.CLIENT: "honest client",
    actors.IDENTITY_PROVIDER: "identity provider",
    actors.RESOURCE_SERVER: "resource server",
    actors.OPERATING_SYSTEM: "operating system",
    actors.MALICIOUS_APP: "malicious app",
    actors.THIEF: "thief",
    actors.ATTACKER_BROWSER: "thief's browser",
}
"""Actors in the order of their lanes, honest side first; any other actor follows under its id."""

_TELLING = (
    "code",
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "state",
    "nonce",
    "client_secret",
    "error",
    "access_token",
    "id_token",
    "refresh_token",
    "iss",
    "sub",
    "redirect_uri",
    "client_id",
)
_DELIVERED = {"code", "error", "access_token", "id_token"}
_LONGEST_VALUE = 28
_LONGEST_PATH = 120


def actor_title(actor: str) -> str:
    """The actor's name in prose."""
    return ACTORS.get(actor, actor.replace("-", " "))


def path(url: str) -> str:
    """A URL without host, query and fragment; one with an app's own scheme keeps its scheme.

    Never raises: a captured URL may be no URL at all.
    """
    bare = url.partition("?")[0]
    scheme, separator, rest = bare.partition("://")
    if separator and scheme in {"http", "https"}:
        bare = "/" + rest.partition("/")[2]
    return _short(bare, _LONGEST_PATH)


def request_line(request: HttpRequest) -> str:
    """For example ``POST /token``."""
    return f"{_short(request.method)} {path(request.url)}"


def request_parameters(request: HttpRequest) -> tuple[str, ...]:
    """The telling parameters of query, form and Authorization header, as ``name=value``."""
    scheme, _, credential = request.header("authorization").partition(" ")
    authorization = (f"{scheme} {_short(credential)}",) if credential else ()
    return authorization + _telling(request.query | request.form)


def response_line(exchange: Exchange) -> str:
    """For example ``302 → /cb?code=code#1`` or ``400 error=invalid_grant``."""
    if exchange.response is None:
        return (
            f"no response: {_short(exchange.error, _LONGEST_PATH)}"
            if exchange.error
            else "no response"
        )
    return " ".join(filter(None, (str(exchange.response.status), _outcome(exchange.response))))


def handover_parameters(handover: Handover) -> tuple[str, ...]:
    """The telling parameters of what the operating system passed on."""
    return _telling(_parameters(handover.content))


def _outcome(response: HttpResponse) -> str:
    if location := response.header("location"):
        parameters = _parameters(location)
        # The next request shows where a redirect leads; what it delivers is worth a word here.
        told = " ".join(_telling(parameters)) if _DELIVERED & parameters.keys() else ""
        return f"→ {path(location)} {told}".rstrip()
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):  # RecursionError: nested without end
        return ""
    if not isinstance(body, dict):
        return ""
    return " ".join(_telling({str(key): str(value) for key, value in body.items()}))


def _parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))


def _telling(parameters: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={_short(parameters[name])}" for name in _TELLING if name in parameters)


def _short(value: str, longest: int = _LONGEST_VALUE) -> str:
    if len(value) <= longest:
        return value
    return f"{value[: longest - 9]}…{value[-8:]}"
