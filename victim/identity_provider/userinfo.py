"""The UserInfo endpoint (OpenID Connect Core section 5.3)."""

import re
from typing import NamedTuple

from victim.identity_provider import dpop
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import AccessToken
from victim.identity_provider.messages import Request, Response, json_response
from victim.identity_provider.policy import Policy
from victim.identity_provider.resources import is_for_userinfo
from victim.identity_provider.tenant import Tenant

_SENT = re.compile(r"(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)


class SentToken(NamedTuple):
    """The token of a request, and whether it came by the scheme for tokens with a key."""

    value: str
    by_dpop: bool = False


class UserinfoEndpoint:
    """Tells who granted an access token to its bearer, or to the holder of its key."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def answer(self, request: Request) -> Response:
        """The claims of the granted scope, or a refusal (RFC 6750 section 3)."""
        sent = _sent_token(self._tenant.policy, request)
        if sent is None:
            return self._refuse(401)  # no error code: RFC 6750 section 3.1
        token = self._tenant.access_tokens.live(sent.value)
        if token is None or token.grant.revoked:
            return self._refuse(401, "invalid_token")
        if not is_for_userinfo(self._tenant.policy, token):
            return self._refuse(401, "invalid_token")
        try:
            self._check_key(request, sent, token)
        except OAuthError as refusal:
            return self._refuse(401, refusal.error)
        if "openid" not in token.scope:
            return self._refuse(403, "insufficient_scope")
        return json_response(_claims(token))

    def _check_key(self, request: Request, sent: SentToken, token: AccessToken) -> None:
        """RFC 9449 section 7: what is bound to a key is no bearer token, and the reverse."""
        proven = None
        if sent.by_dpop:
            proven = dpop.proven_key(self._tenant, request, "userinfo", sent.value)
        if proven is None and not _needs_proof(self._tenant.policy):
            return
        if sent.by_dpop and proven is None:
            raise OAuthError("invalid_dpop_proof", "a proof of the key is missing")
        if proven != token.jkt:
            raise OAuthError("invalid_token", "the token is bound to another key, or to none")

    def _refuse(self, status: int, error: str = "") -> Response:
        bearer = f'Bearer realm="{self._tenant.endpoints.issuer}"'
        by_key = f'DPoP algs="{" ".join(dpop.ALGORITHMS)}"'
        if error:
            bearer, by_key = (f'{scheme}, error="{error}"' for scheme in (bearer, by_key))
        content = {"error": error} if error else {}
        challenges = (("WWW-Authenticate", bearer), ("WWW-Authenticate", by_key))
        return json_response(content, status, *challenges)


def _needs_proof(policy: Policy) -> bool:
    """Whether a token that is bound to a key is worth nothing without it."""
    return not policy.dpop_proof_optional_at_userinfo


def _sent_token(policy: Policy, request: Request) -> SentToken | None:
    """What the request brings as its token; ``None`` when it does not try (RFC 6750 section 2)."""
    header = request.header("authorization")
    if not header:
        value = request.query.get("access_token") if policy.query_token_accepted else None
        return SentToken(value) if value else None
    match = _SENT.fullmatch(header)
    return SentToken(match[2], match[1].lower() == "dpop") if match else SentToken("")


def _claims(token: AccessToken) -> dict[str, object]:
    """OpenID Connect Core section 5.4: each scope opens its own claims."""
    user = token.grant.user
    claims: dict[str, object] = {"sub": user.subject}
    if "profile" in token.scope:
        claims |= {"name": user.name, "preferred_username": user.username}
    if "email" in token.scope:
        claims |= {"email": user.email, "email_verified": True}
    return claims
