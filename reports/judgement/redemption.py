"""Redemption: what the wire says about a code that was presented, and a token that was used.

Pure functions over exchanges. An answer that is not clearly one thing or the other decides nothing.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reports.actors import IDENTITY_PROVIDER
from reports.records import Exchange, Target

OAUTH_ERRORS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
"""RFC 6749 section 5.2."""

_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Redemption:
    """A token request that presented a code (RFC 6749 section 4.1.3), and what came of it.

    ``token`` is empty unless the code was redeemed; ``error`` is empty unless the server refused
    this request with an error of RFC 6749 section 5.2. When both are empty, nothing is decided and
    ``trouble`` says why.
    """

    exchange: Exchange
    token: str = ""
    error: str = ""
    trouble: str = ""

    @property
    def form(self) -> dict[str, str]:
        """The parameters of the token request."""
        return self.exchange.request.form

    @property
    def code(self) -> str:
        """The code that was presented."""
        return self.form.get("code", "")

    @property
    def with_secret(self) -> bool:
        """Whether the client authenticated with its secret (RFC 6749 section 2.3.1)."""
        basic = self.exchange.request.header("authorization").lower().startswith("basic ")
        return basic or "client_secret" in self.form


def redemptions(exchanges: Iterable[Exchange], target: Target) -> Iterator[Redemption]:
    """The token requests among these exchanges that presented a code to the target."""
    for exchange in exchanges:
        request = exchange.request
        to_token = request.method == "POST" and request.endpoint == target.token_endpoint
        answered_there = exchange.destination == IDENTITY_PROVIDER
        if to_token and answered_there and request.form.get("grant_type") == "authorization_code":
            yield _redemption(exchange)


def _redemption(exchange: Exchange) -> Redemption:
    response = exchange.response
    if response is None:
        return Redemption(exchange, trouble=f"it was not answered ({exchange.error})")
    body = as_object(response.body)
    token, error = body.get("access_token"), body.get("error")
    if response.status == 200 and isinstance(token, str) and token:
        return Redemption(exchange, token=token)
    refused = 400 <= response.status < 500 and response.status not in _BUSY
    if refused and isinstance(error, str) and error in OAUTH_ERRORS:
        return Redemption(exchange, error=error)
    return Redemption(
        exchange, trouble=f"the answer was {response.status} and no OAuth error or token"
    )


def subject_shown(exchange: Exchange) -> str:
    """The ``sub`` that a successful JSON answer names; empty when there is none."""
    response = exchange.response
    if response is None or response.status != 200:
        return ""
    subject = as_object(response.body).get("sub")
    return subject if isinstance(subject, str) else ""


def read_with(
    redemption: Redemption, exchanges: Iterable[Exchange], target: Target
) -> Iterator[Exchange]:
    """The requests to userinfo that carried the redeemed token (RFC 6750 section 2.1)."""
    for exchange in exchanges:
        request = exchange.request
        there = request.endpoint == target.userinfo_endpoint
        there = there and exchange.destination == IDENTITY_PROVIDER
        scheme, _, bearer = request.header("authorization").partition(" ")
        bears_it = scheme.lower() == "bearer" and bearer == redemption.token
        if there and bears_it and exchange.at >= ended(redemption.exchange):
            yield exchange


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
