"""The token endpoint (RFC 6749 section 3.2): codes and refresh tokens become access tokens."""

from victim.identity_provider import pkce
from victim.identity_provider.client_authentication import authenticate
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import Code, Grant, RefreshToken
from victim.identity_provider.messages import Parameters, Request, Response, json_response
from victim.identity_provider.registry import Client
from victim.identity_provider.tenant import Tenant

GRANT_TYPES = ("authorization_code", "refresh_token")


class TokenEndpoint:
    """Answers token requests of one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._grants = {"authorization_code": self._redeem_code, "refresh_token": self._refresh}

    def post(self, request: Request) -> Response:
        """Exchange a grant for tokens. A refusal is JSON with the codes of RFC 6749 section 5.2."""
        try:
            return json_response(self._tokens(request), 200, ("Pragma", "no-cache"))
        except OAuthError as refusal:
            content = {"error": refusal.error, "error_description": refusal.description}
            if refusal.error != "invalid_client":
                return json_response(content, 400)
            realm = self._tenant.endpoints.issuer
            return json_response(content, 401, ("WWW-Authenticate", f'Basic realm="{realm}"'))

    def _tokens(self, request: Request) -> dict[str, object]:
        _check_form(request)
        client = authenticate(self._tenant.clients, request)
        grant_type = _required(request.form, "grant_type")
        if grant_type not in self._grants:
            raise OAuthError("unsupported_grant_type", f"use one of {', '.join(GRANT_TYPES)}")
        return self._grants[grant_type](client, request.form)

    def _redeem_code(self, client: Client, form: Parameters) -> dict[str, object]:
        code = self._tenant.codes.get(_required(form, "code"))
        if code is None:
            raise OAuthError("invalid_grant", "the code is unknown")
        _check_binding(code, client, form)
        # Only who could have redeemed the code may burn it or revoke what came of it. Everybody
        # else who has merely seen it would otherwise be able to lock the client out
        # (OAuth 2.1 section 7.5.2).
        self._use_up(code)
        return self._issue(code.grant, code.grant.request.scope)

    def _use_up(self, code: Code) -> None:
        if code.redeemed:
            code.grant.revoked = True
            raise OAuthError("invalid_grant", "the code was used before; its tokens are revoked")
        if code.expires_at <= self._tenant.clock():
            raise OAuthError("invalid_grant", "the code has expired")
        code.redeemed = True

    def _refresh(self, client: Client, form: Parameters) -> dict[str, object]:
        token = self._tenant.refresh_tokens.get(_required(form, "refresh_token"))
        if token is None or token.grant.request.client != client:
            raise OAuthError("invalid_grant", "the refresh token is unknown")
        granted = token.grant.request.scope
        scope = form.words("scope") or granted
        if not set(scope) <= set(granted):
            raise OAuthError("invalid_scope", "the scope exceeds what was granted")
        self._rotate(token)
        return self._issue(token.grant, scope)

    def _rotate(self, token: RefreshToken) -> None:
        """RFC 9700 section 4.14.2: of two users of one refresh token, one is a thief."""
        if token.rotated:
            token.grant.revoked = True
        if token.grant.revoked:
            raise OAuthError("invalid_grant", "the refresh token is revoked")
        if token.expires_at <= self._tenant.clock():
            raise OAuthError("invalid_grant", "the refresh token has expired")
        token.rotated = True

    def _issue(self, grant: Grant, scope: tuple[str, ...]) -> dict[str, object]:
        tenant = self._tenant
        access_token = tenant.issue_access_token(grant, scope)
        tokens: dict[str, object] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": int(tenant.policy.access_token_lifetime),
            "scope": " ".join(scope),
        }
        if "openid" in scope:
            tokens["id_token"] = tenant.issue_id_token(grant, access_token)
        if "offline_access" in grant.request.scope:
            tokens["refresh_token"] = tenant.issue_refresh_token(grant)
        return tokens


def _check_form(request: Request) -> None:
    if not request.is_form:
        raise OAuthError("invalid_request", "the body must be form parameters")
    if request.query.pairs:
        raise OAuthError("invalid_request", "parameters belong in the body, not in the URL")
    if repeated := request.form.repeated():
        raise OAuthError("invalid_request", f"repeated: {', '.join(sorted(repeated))}")


def _check_binding(code: Code, client: Client, form: Parameters) -> None:
    """Hold the token request against what the code was issued for."""
    bound = code.grant.request
    if bound.client != client:
        raise OAuthError("invalid_grant", "the code was issued to another client")
    if _required(form, "redirect_uri") != bound.redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri is not the one of the request")
    pkce.check_verifier(bound.challenge, form.get("code_verifier"))


def _required(form: Parameters, name: str) -> str:
    value = form.get(name)
    if value is None:
        raise OAuthError("invalid_request", f"{name} is missing")
    return value
