"""Request objects (RFC 9101): an authorization request that its client has signed.

A client that has registered a key for them has to sign every request. What it has signed is all
that counts; the ``client_id`` beside it only says whose key to try.
"""

from victim.identity_provider import signed
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, Clients
from victim.identity_provider.tenant import Tenant

NAME = "request"


def algorithms(policy: Policy) -> tuple[str, ...]:
    """What a request object may be signed by."""
    unsigned = (signed.UNSIGNED,) if policy.unsigned_request_object_accepted else ()
    return (*signed.ALGORITHMS, *unsigned)


def stated(policy: Policy, clients: Clients, sent: Parameters) -> Parameters:
    """What a request asks for: what its object says instead of it, if it has one that counts.

    Not to be believed before :func:`check`. Until then it may only say where a refusal goes: to a
    redirect URI that the client has registered.
    """
    client = clients.get(sent.get("client_id"))
    token = sent.get(NAME)
    if client is None or not client.requires_signed_requests or not token or sent.repeated():
        return sent
    inside = Parameters(tuple(_parameters(signed.claims_of(token))))
    beside = sent.without(NAME)
    if not policy.parameters_beside_request_object_honoured:
        beside = beside.only("client_id")
    return inside.overridden_by(beside)


def check(tenant: Tenant, client: Client, sent: Parameters) -> None:
    """See that the client has signed what is :func:`stated`, for this server and this moment.

    Raises :class:`OAuthError`: ``invalid_request_object`` (RFC 9101 section 6), ``invalid_request``
    when the client should have signed and has not.
    """
    token = sent.get(NAME)
    if client.request_object_key is None:
        return  # and an object is refused where the parameters are read
    if token is None:
        if tenant.policy.request_object_requirement_ignored:
            return
        raise OAuthError("invalid_request", "the client has to sign its requests")
    if not _is_authentic(tenant.policy, client, token):
        raise _invalid("its signature is not the client's")
    expected = {
        "iss": client.client_id,
        "client_id": client.client_id,
        "aud": tenant.endpoints.issuer,
    }
    if flaw := signed.flaw_in(signed.claims_of(token), tenant.clock, **expected):
        raise _invalid(flaw)


def _is_authentic(policy: Policy, client: Client, token: str) -> bool:
    algorithm = signed.algorithm_of(token)
    if algorithm == signed.UNSIGNED:
        return policy.unsigned_request_object_accepted
    if algorithm in signed.ALGORITHMS and policy.request_object_signature_unchecked:
        return True
    key = client.request_object_key
    return key is not None and signed.is_signed_by(key, token)


def _parameters(claims: signed.Claims) -> list[tuple[str, str]]:
    """RFC 9101 section 4: strings, and numbers, which the query would have as text."""
    return [(name, _text(value)) for name, value in claims.items() if isinstance(value, str | int)]


def _text(value: str | int) -> str:
    # JSON can spell half a character; no query could carry it.
    return str(value).encode("utf-8", "replace").decode()


def _invalid(reason: str) -> OAuthError:
    return OAuthError("invalid_request_object", f"the request object is refused: {reason}")
