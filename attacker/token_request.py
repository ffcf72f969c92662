"""Token requests as an attacker writes them: by the rules, and against them."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

import httpx


@dataclass(frozen=True)
class Bent:
    """How a token request is bent (RFC 6749 section 4.1.3 says how it should be).

    ``changes`` replaces parameters, or leaves them out where the value is ``None``; ``more`` adds
    parameters, also second ones of a name; ``query`` puts parameters into the URL; ``method`` may
    be GET, and then everything stands there; ``headers`` are sent on top.
    """

    changes: Mapping[str, str | None] = field(default_factory=dict)
    more: Iterable[tuple[str, str]] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)

    def on(self, usual: "Bent") -> "Bent":
        """The same, over what is usual: what this says counts."""
        return replace(
            self,
            changes={**usual.changes, **self.changes},
            headers={**usual.headers, **self.headers},
        )


STRAIGHT = Bent()
"""By the rules."""

ASKS_FOR_JSON = {"Accept": "application/json"}
"""As clients do: without it, some servers take whom they refuse for a person who has to sign in."""


def identified(
    client_id: str, secret: str | None, in_header: bool, *, named_in_form: bool = False
) -> Bent:
    """What a client says of itself in a token request (RFC 6749 section 2.3.1).

    A name beside HTTP Basic is a second way to some servers, and others demand it.
    """
    if secret is None:
        return Bent({"client_id": client_id})
    if not in_header:
        return Bent({"client_id": client_id, "client_secret": secret})
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    return Bent(
        {"client_id": client_id if named_in_form else None}, headers={"Authorization": basic}
    )


async def send(
    http: httpx.AsyncClient, endpoint: str, form: Mapping[str, str], bent: Bent
) -> httpx.Response:
    """Send a token request to an endpoint."""
    changed = {**form, **bent.changes}
    pairs = [(name, value) for name, value in changed.items() if value is not None]
    pairs += bent.more
    if bent.method == "GET":
        url = extended(endpoint, [*pairs, *bent.query.items()])
        return await http.get(url, headers={**ASKS_FOR_JSON, **bent.headers})
    return await http.post(
        extended(endpoint, bent.query.items()),
        content=urlencode(pairs),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            **ASKS_FOR_JSON,
            **bent.headers,
        },
    )


def extended(endpoint: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An endpoint with parameters in its URL, behind those it has (RFC 6749 section 3.2)."""
    query = urlencode([*pairs])
    joint = "&" if "?" in endpoint else "?"
    return f"{endpoint}{joint}{query}" if query else endpoint


def member(answer: httpx.Response, name: str) -> str | None:
    """What an answer says under this name, if it is JSON and says something there."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):  # RecursionError: nested without end
        return None
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else None
