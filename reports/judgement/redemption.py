"""Redemption: what the wire says about a code that was presented, and a token that was used.

Pure functions over exchanges. An answer that is not clearly one thing or the other decides nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reports.actors import IDENTITY_PROVIDER, RESOURCE_SERVER
from reports.records import Exchange, Target

OAUTH_ERRORS = frozenset(
    {
        "invalid_client",
        "invalid_dpop_proof",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
"""RFC 6749 section 5.2, and RFC 9449 section 5."""

NOT_AUTHENTICATED = "status 401"
"""What stands for ``invalid_client`` where a server refuses a client without a word of its own."""

_OWN_ERROR = re.compile(
    r"(?![\w.-]*(limit|many|busy|lock|retry|later|internal))"
    r"(?=[\w.-]*(code|grant|verifier|challenge|pkce|client|secret|redirect|refresh))[\w.-]{1,60}",
    re.ASCII | re.IGNORECASE,
)
"""An error by another name that says what was wrong: something that a token request presents.

Some servers have names of their own (``bad_verification_code``), and OAuth lets them. Others of
that kind say that the server is busy or broken, so that no name counts that does not say.
"""

_PRESENTED = {"authorization_code": "code", "refresh_token": "refresh_token"}

_TAKE_TOKENS = frozenset({IDENTITY_PROVIDER, RESOURCE_SERVER})

_BUSY = frozenset({408, 425, 429})
_NOBODY = frozenset({"", "unauthorized"})
"""All that a 401 says by itself."""
_NOT_HERE = frozenset({404, 405})
"""What many servers answer to any method but POST (RFC 6749 section 3.2)."""


@dataclass(frozen=True)
class Redemption:
    """A token request that presented a code or a refresh token, and what came of it.

    RFC 6749 sections 4.1.3 and 6. ``token`` is empty unless the request was granted; ``error`` is
    empty unless the server refused it with an error of section 5.2, or one of its own in that
    form. When both are empty, nothing is decided and ``trouble`` says why.
    """

    exchange: Exchange
    token: str = ""
    error: str = ""
    trouble: str = ""

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the token request, wherever they stood."""
        return self.exchange.request.query | self.exchange.request.form

    @property
    def code(self) -> str:
        """The code that was presented; empty for a refresh token."""
        return self.form.get("code", "")

    @property
    def presented(self) -> str:
        """The code or the refresh token that was presented."""
        return self.form.get(_PRESENTED.get(self.form.get("grant_type", ""), ""), "")

    @property
    def with_secret(self) -> bool:
        """Whether the client authenticated itself, by secret or by key.

        RFC 6749 section 2.3.1, RFC 7523 section 2.2.
        """
        return self.by_basic or bool({"client_secret", "client_assertion"} & self.form.keys())

    @property
    def secret(self) -> str:
        """The secret, the header that has it, or what a key has signed; empty without one."""
        by_key = self.form.get("client_assertion", "")
        return self._basic or self.form.get("client_secret", by_key)

    @property
    def by_basic(self) -> bool:
        """Whether the client names and authenticates itself in a header."""
        return bool(self._basic)

    @property
    def _basic(self) -> str:
        header = self.exchange.request.header("authorization")
        return header if header.lower().startswith("basic ") else ""


def redemptions(exchanges: Iterable[Exchange], target: Target) -> Iterator[Redemption]:
    """The token requests among these exchanges that presented something to the target."""
    for exchange in exchanges:
        to_token = exchange.request.endpoint == target.token_endpoint
        if to_token and exchange.destination == IDENTITY_PROVIDER:
            found = _redemption(exchange)
            if found.presented:
                yield found


def _redemption(exchange: Exchange) -> Redemption:
    response = exchange.response
    if response is None:
        return Redemption(exchange, trouble=f"it was not answered ({exchange.error})")
    body = as_object(response.body)
    token = body.get("access_token")
    if response.status == 200 and isinstance(token, str) and token:
        return Redemption(exchange, token=token)
    if error := _error(exchange, body):
        return Redemption(exchange, error=error)
    if exchange.request.method != "POST" and response.status in _NOT_HERE:
        return Redemption(exchange, error=f"status {response.status}")
    if response.status == 401 and response.body.strip().lower() in _NOBODY:
        # As good as invalid_client (RFC 6749 section 5.2), from servers that leave it at that.
        return Redemption(exchange, error=NOT_AUTHENTICATED)
    return Redemption(
        exchange, trouble=f"the answer was {response.status} and no OAuth error or token"
    )


def _error(exchange: Exchange, body: dict[str, Any]) -> str:
    """The error of an answer that is a refusal and nothing else; empty for any other."""
    error = body.get("error")
    # Some servers say 200 to everything. What they say is as plain, unless they give something.
    with_200 = exchange.response is not None and exchange.response.status == 200
    gives = any(name.endswith("token") for name in body)
    if not isinstance(error, str) or not (is_refusal(exchange) or (with_200 and not gives)):
        return ""
    return error if error in OAUTH_ERRORS or _OWN_ERROR.fullmatch(error) else ""


def is_refusal(exchange: Exchange) -> bool:
    """Whether the answer says no, and not merely that the server is busy or broken."""
    answer = exchange.response
    return answer is not None and 400 <= answer.status < 500 and answer.status not in _BUSY


def subject_shown(exchange: Exchange, target: Target) -> str:
    """Whom a successful JSON answer names; empty when it names nobody.

    In ``sub``, but where the target says that its userinfo names people elsewhere.
    """
    response = exchange.response
    if response is None or response.status != 200:
        return ""
    at_userinfo = exchange.request.endpoint == target.userinfo_endpoint
    said: Any = as_object(response.body)
    for key in target.subject.split(".") if at_userinfo else ("sub",):
        said = said.get(key) if isinstance(said, dict) else None
    # Only OpenID says that it is a string: elsewhere users have numbers, too.
    is_number = type(said) is int and target.subject != "sub"
    return str(said) if isinstance(said, str) or is_number else ""


def read_with(
    redemption: Redemption, exchanges: Iterable[Exchange], target: Target
) -> Iterator[Exchange]:
    """The requests to userinfo that carried the redeemed token."""
    for exchange in exchanges:
        bears_it = token_shown_to_userinfo(exchange, target) == redemption.token
        if bears_it and exchange.at >= ended(redemption.exchange):
            yield exchange


def token_shown_to_userinfo(exchange: Exchange, target: Target) -> str:
    """The access token of a request to userinfo (RFC 6750 section 2); empty for all others."""
    request = exchange.request
    if request.endpoint != target.userinfo_endpoint or exchange.destination not in _TAKE_TOKENS:
        return ""
    scheme, _, token = request.header("authorization").partition(" ")
    if scheme.lower() in {"bearer", "dpop"}:
        return token
    return (request.query | request.form).get("access_token", "")


def ended(exchange: Exchange) -> str:
    """When the answer was there; ``at`` is when the request began."""
    end = datetime.fromisoformat(exchange.at) + timedelta(seconds=exchange.seconds)
    return end.isoformat(timespec="microseconds")


def as_object(body: str) -> dict[str, Any]:
    """A JSON object, or an empty one when the text is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
