"""What an authorization request asks for, where the browser does not carry it in clear.

It carries a reference to a request that was pushed (RFC 9126), or a signed object (RFC 9101). Pure
functions over exchanges.
"""

from collections.abc import Iterable

from reports.actors import CLIENT, IDENTITY_PROVIDER
from reports.judgement.redemption import as_object, ended
from reports.records import Exchange, Target

_OBJECT, _REFERENCE = "request", "request_uri"
_ASKING = frozenset({"response_type", "code_challenge", _OBJECT, _REFERENCE})


def asks(exchange: Exchange) -> bool:
    """Whether it is an authorization request, by its URL or by a form (OpenID Connect 3.1.2.1).

    And not merely what a user answers on a page that lies at the same address, or the way back from
    a sign-in to a server that keeps the request in a session.
    """
    return bool(_ASKING & exchange.request.parameters.keys())


def asked_for(
    carried: Exchange, everything: Iterable[Exchange], target: Target
) -> dict[str, str] | None:
    """The parameters of a request: of its URL, its form, its object, or those that were pushed.

    ``None`` where nobody can tell: the push was not seen, the object not read, or more stands
    beside it, and which of the two counts only the server knows.
    """
    query = carried.request.parameters
    indirect = query.keys() & {_OBJECT, _REFERENCE}
    if not indirect:
        return query
    if query.keys() - indirect - {"client_id"} or len(indirect) > 1:
        return None
    if _OBJECT in query:
        return carried.request.request_object or None
    for push in everything:
        if _gave(push, query[_REFERENCE], target) and ended(push) <= carried.at:
            return None if _OBJECT in push.request.form else push.request.form
    return None


def _gave(push: Exchange, reference: str, target: Target) -> bool:
    """Whether the client was given this reference for what it has pushed (section 2.2)."""
    is_push = push.request.endpoint == target.pushed_request_endpoint
    between = (push.source, push.destination) == (CLIENT, IDENTITY_PROVIDER)
    answer = push.response
    if not (is_push and between) or answer is None or answer.status != 201:
        return False
    return as_object(answer.body).get("request_uri") == reference
