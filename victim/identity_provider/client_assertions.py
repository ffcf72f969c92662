"""Client assertions: a client that holds a key signs who it is (RFC 7523, ``private_key_jwt``).

For whom it has signed matters as much as who: the audience is the issuer and nobody else. What a
client has signed for another server would otherwise open this one to that server.
"""

from victim.identity_provider import signed
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import UsedProof
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client
from victim.identity_provider.tenant import Tenant

MAX_LIFETIME = 600
"""Seconds that an assertion may be good for."""
_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def read(parameters: Parameters) -> str | None:
    """The assertion that a request brings, if it does. Raises :class:`OAuthError`."""
    assertion = parameters.get("client_assertion")
    if assertion is not None and parameters.get("client_assertion_type") != _TYPE:
        raise OAuthError("invalid_client", "the client_assertion_type is not known here")
    return assertion


def speaker(assertion: str) -> str | None:
    """Whose assertion it says that it is: whose key to try."""
    subject = signed.claims_of(assertion).get("sub")
    return subject if isinstance(subject, str) else None


def check(tenant: Tenant, client: Client, assertion: str) -> None:
    """See that the client, its :func:`speaker`, has signed it for this server and one request.

    Raises :class:`OAuthError` (``invalid_client``).
    """
    key = client.assertion_key
    if key is None or not signed.is_signed_by(key, assertion):
        raise _invalid("its signature is not the client's")
    claims = signed.claims_of(assertion)
    if flaw := signed.flaw_in(claims, tenant.clock, iss=client.client_id):
        raise _invalid(flaw)
    if not _is_for_this_server(tenant.policy, tenant.endpoints.issuer, claims):
        raise _invalid("aud is not the issuer")
    _use_up(tenant, client, claims)


def _is_for_this_server(policy: Policy, issuer: str, claims: signed.Claims) -> bool:
    return claims.get("aud") in (issuer, [issuer]) or policy.assertion_audience_unchecked


def _use_up(tenant: Tenant, client: Client, claims: signed.Claims) -> None:
    """An assertion counts once, and not for long (RFC 7523 section 3)."""
    jti, exp = claims.get("jti"), claims.get("exp")
    if exp is None or exp > tenant.clock() + MAX_LIFETIME:
        raise _invalid("exp is missing or too far away")
    if not jti:
        raise _invalid("jti is missing")
    name = f"assertion {client.client_id} {jti}"
    if tenant.proofs.live(name):
        raise _invalid("it was used before")
    tenant.proofs.put(name, UsedProof(exp + signed.LEEWAY + 1))


def _invalid(reason: str) -> OAuthError:
    return OAuthError("invalid_client", f"the client assertion is refused: {reason}")
