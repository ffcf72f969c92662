"""The tenants of the embedded identity provider: one for each policy, named for what is wrong."""

import hashlib
from dataclasses import replace

from scenarios.hosts import OTHER_SERVER, PROVIDER_HOST
from victim.client import Provider
from victim.identity_provider import DEMO, Policy, weaknesses_of


def issuer_of(policy: Policy) -> str:
    """The issuer identifier of the tenant that plays by a policy."""
    return f"https://{PROVIDER_HOST}/{_tenant_name(policy)}"


def provider_of(policy: Policy) -> Provider:
    """What a client knows of that tenant."""
    return replace(
        _at(issuer_of(policy)),
        names_itself=not policy.iss_missing,
        state_returned=not policy.state_dropped,
        nonce_repeated=not policy.nonce_ignored,
        code_named=not policy.c_hash_missing,
    )


def other_provider() -> Provider:
    """The server that clients of several servers work with besides; it is the attacker's."""
    return replace(_at(OTHER_SERVER), names_itself=False)


def _at(issuer: str) -> Provider:
    return Provider(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        jwks_uri=f"{issuer}/jwks",
        pushed_request_endpoint=f"{issuer}/par",
    )


def _tenant_name(policy: Policy) -> str:
    if policy == DEMO:
        return "demo"
    names = [weakness.name.replace("_", "-") for weakness in weaknesses_of(policy)]
    if len(names) <= 2:
        return "+".join(names) or "hardened"
    return f"weak-{len(names)}-{hashlib.sha256('+'.join(names).encode()).hexdigest()[:8]}"
