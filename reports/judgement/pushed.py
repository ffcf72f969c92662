"""What an authorization request asks for, where the browser carries a reference (RFC 9126).

Pure functions over exchanges.
"""

from collections.abc import Iterable

from reports.actors import CLIENT, IDENTITY_PROVIDER
from reports.judgement.redemption import as_object, ended
from reports.records import Exchange, Target

_REFERENCE = {"client_id", "request_uri"}


def asked_for(
    carried: Exchange, everything: Iterable[Exchange], target: Target
) -> dict[str, str] | None:
    """The parameters of a request: those in its URL, or those that the client has pushed for it.

    ``None`` where nobody can tell: the push was not seen, or more stands beside the reference, and
    which of the two counts only the server knows.
    """
    query = carried.request.query
    if "request_uri" not in query:
        return query
    if query.keys() - _REFERENCE:
        return None
    for push in everything:
        if _gave(push, query["request_uri"], target) and ended(push) <= carried.at:
            return push.request.form
    return None


def _gave(push: Exchange, reference: str, target: Target) -> bool:
    """Whether the client was given this reference for what it has pushed (section 2.2)."""
    is_push = push.request.endpoint == target.pushed_request_endpoint
    between = (push.source, push.destination) == (CLIENT, IDENTITY_PROVIDER)
    answer = push.response
    if not (is_push and between) or answer is None or answer.status != 201:
        return False
    return as_object(answer.body).get("request_uri") == reference
