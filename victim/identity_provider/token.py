"""The token endpoint (RFC 6749 section 3.2): codes and refresh tokens become access tokens."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from victim.identity_provider import back_channel, dpop, redemption, refresh_tokens
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import Grant
from victim.identity_provider.messages import (
    Parameters,
    Pending,
    Request,
    Response,
    json_response,
)
from victim.identity_provider.registry import Client
from victim.identity_provider.resources import read_resource
from victim.identity_provider.tenant import Tenant
from victim.identity_provider.token_request import accepted_methods, read_parameters, required

GRANT_TYPES = ("authorization_code", "refresh_token")

type Tokens = dict[str, object]
type Issue = Callable[[], Tokens]
"""What is left to do when a request has been found good."""


class Binding(NamedTuple):
    """What an access token is good for: to the holder of which key, and at which resource."""

    jkt: str | None
    resource: str | None


class TokenEndpoint:
    """Answers token requests of one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._grants = {"authorization_code": self._redeem_code, "refresh_token": self._refresh}

    def methods(self) -> dict[str, Callable[[Request], Response | Pending]]:
        """What answers which HTTP method, as the policy has it."""
        return dict.fromkeys(accepted_methods(self._tenant.policy), self.post)

    def post(self, request: Request) -> Response | Pending:
        """Exchange a grant for tokens. A refusal is JSON with the codes of RFC 6749 section 5.2."""
        try:
            issue = self._check(request)
        except OAuthError as refusal:
            return back_channel.refuse(self._tenant, refusal)
        if redemption.is_torn(self._tenant.policy):
            return Pending(lambda: _granted(issue()))
        return _granted(issue())

    def _check(self, request: Request) -> Issue:
        parameters = read_parameters(self._tenant.policy, request)
        client = back_channel.caller(self._tenant, request, parameters)
        grant_type = required(parameters, "grant_type")
        if grant_type not in self._grants:
            raise OAuthError("unsupported_grant_type", f"use one of {', '.join(GRANT_TYPES)}")
        jkt = dpop.proven_key(self._tenant, request, "token")
        binding = Binding(jkt, read_resource(client, parameters))
        return self._grants[grant_type](client, parameters, binding)

    def _redeem_code(self, client: Client, parameters: Parameters, binding: Binding) -> Issue:
        code = redemption.look_up(self._tenant, client, parameters, binding.jkt)
        scope = code.grant.request.scope
        first = partial(refresh_tokens.first, self._tenant, code.grant, binding.jkt)
        return lambda: self._issue(redemption.use_up(code), scope, binding, first)

    def _refresh(self, client: Client, parameters: Parameters, binding: Binding) -> Issue:
        secret = required(parameters, "refresh_token")
        token = refresh_tokens.look_up(self._tenant, client, secret)
        granted = token.grant.request.scope
        scope = parameters.words("scope") or granted
        if not set(scope) <= set(granted):
            raise OAuthError("invalid_scope", "the scope exceeds what was granted")
        dpop.check_key(token.jkt, binding.jkt)
        refresh_tokens.use_up(self._tenant, token)
        successor = partial(refresh_tokens.successor, self._tenant, secret, token, binding.jkt)
        return lambda: self._issue(token.grant, scope, binding, successor)

    def _issue(
        self,
        grant: Grant,
        scope: tuple[str, ...],
        binding: Binding,
        refresh_token: Callable[[], str],
    ) -> Tokens:
        tenant = self._tenant
        access_token = tenant.issue_access_token(grant, scope, *binding)
        tokens: Tokens = {
            "access_token": access_token,
            "token_type": "DPoP" if binding.jkt else "Bearer",
            "expires_in": int(tenant.policy.access_token_lifetime),
            "scope": " ".join(scope),
        }
        if "openid" in scope:
            tokens["id_token"] = tenant.issue_id_token(grant, access_token=access_token)
        if "offline_access" in grant.request.scope:
            tokens["refresh_token"] = refresh_token()
        return tokens


def _granted(tokens: Tokens) -> Response:
    return json_response(tokens, 200, ("Pragma", "no-cache"))
