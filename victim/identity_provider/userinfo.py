"""The UserInfo endpoint (OpenID Connect Core section 5.3)."""

import re

from victim.identity_provider.grants import AccessToken
from victim.identity_provider.messages import Request, Response, json_response
from victim.identity_provider.policy import Policy
from victim.identity_provider.tenant import Tenant

_BEARER = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)


class UserinfoEndpoint:
    """Tells the bearer of an access token who granted it."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def answer(self, request: Request) -> Response:
        """The claims of the granted scope, or a refusal (RFC 6750 section 3)."""
        sent = _sent_token(self._tenant.policy, request)
        if sent is None:
            return self._refuse(401)  # no error code: RFC 6750 section 3.1
        token = self._tenant.access_tokens.live(sent)
        if token is None or token.grant.revoked:
            return self._refuse(401, "invalid_token")
        if "openid" not in token.scope:
            return self._refuse(403, "insufficient_scope")
        return json_response(_claims(token))

    def _refuse(self, status: int, error: str = "") -> Response:
        challenge = f'Bearer realm="{self._tenant.endpoints.issuer}"'
        if error:
            challenge += f', error="{error}"'
        content = {"error": error} if error else {}
        return json_response(content, status, ("WWW-Authenticate", challenge))


def _sent_token(policy: Policy, request: Request) -> str | None:
    """What the request brings as its token; ``None`` when it does not try (RFC 6750 section 2)."""
    header = request.header("authorization")
    if not header:
        return request.query.get("access_token") if policy.query_token_accepted else None
    match = _BEARER.fullmatch(header)
    return match[1] if match else ""


def _claims(token: AccessToken) -> dict[str, object]:
    """OpenID Connect Core section 5.4: each scope opens its own claims."""
    user = token.grant.user
    claims: dict[str, object] = {"sub": user.subject}
    if "profile" in token.scope:
        claims |= {"name": user.name, "preferred_username": user.username}
    if "email" in token.scope:
        claims |= {"email": user.email, "email_verified": True}
    return claims
