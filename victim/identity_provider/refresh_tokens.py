"""Refresh tokens: whose they are, what ends them, and what follows (RFC 9700 section 4.14.2)."""

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import Grant, RefreshToken
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, ClientType
from victim.identity_provider.tenant import Tenant


def look_up(tenant: Tenant, client: Client, secret: str) -> RefreshToken:
    """The refresh token, if it is this client's. Raises :class:`OAuthError`."""
    token = tenant.refresh_tokens.get(secret)
    if token is None or not _belongs(tenant.policy, client, token):
        raise OAuthError("invalid_grant", "the refresh token is unknown")
    return token


def use_up(tenant: Tenant, token: RefreshToken) -> None:
    """Let a refresh token serve once. Raises :class:`OAuthError`.

    Of two users of one token, one is a thief: nobody has anything from the grant any more.
    """
    policy = tenant.policy
    if token.rotated and not policy.refresh_token_reuse_undetected:
        token.grant.revoked = True
    if token.grant.revoked:
        raise OAuthError("invalid_grant", "the refresh token is revoked")
    if token.expires_at <= tenant.clock():
        raise OAuthError("invalid_grant", "the refresh token has expired")
    token.rotated = not policy.refresh_token_not_rotated


def first(tenant: Tenant, grant: Grant, jkt: str | None) -> str:
    """The refresh token that a code gives."""
    return tenant.issue_refresh_token(grant, _new_end(tenant), _key_of(grant, jkt))


def successor(tenant: Tenant, secret: str, token: RefreshToken, jkt: str | None) -> str:
    """What the client holds instead of a token that was used."""
    expires_at = _new_end(tenant) if _is_renewed(tenant.policy, token) else token.expires_at
    if tenant.policy.refresh_token_not_rotated:
        token.expires_at = expires_at
        return secret
    return tenant.issue_refresh_token(token.grant, expires_at, _key_of(token.grant, jkt))


def _belongs(policy: Policy, client: Client, token: RefreshToken) -> bool:
    return token.grant.request.client == client or policy.refresh_token_not_bound_to_client


def _is_renewed(policy: Policy, token: RefreshToken) -> bool:
    """Whether each use makes the grant last longer: for ever, if it is used often enough.

    Not for a public client: whoever has stolen its token could go on without it.
    """
    return _is_confidential(token.grant) or policy.refresh_token_lifetime_renewed


def _new_end(tenant: Tenant) -> float:
    return tenant.clock() + tenant.policy.refresh_token_lifetime


def _key_of(grant: Grant, jkt: str | None) -> str | None:
    """A secret binds the token of a confidential client already (RFC 9449 section 5)."""
    return None if _is_confidential(grant) else jkt


def _is_confidential(grant: Grant) -> bool:
    return grant.request.client.type is ClientType.CONFIDENTIAL
