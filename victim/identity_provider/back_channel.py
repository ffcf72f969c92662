"""What the endpoints that clients call themselves have in common: who asks, and how to refuse."""

from victim.identity_provider.client_authentication import authenticate
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters, Request, Response, json_response
from victim.identity_provider.registry import Client
from victim.identity_provider.tenant import Tenant


def caller(tenant: Tenant, request: Request, parameters: Parameters) -> Client:
    """The client that asks. Raises :class:`OAuthError`."""
    header = request.header("authorization")
    return authenticate(tenant, header, parameters)


def refuse(tenant: Tenant, refusal: OAuthError) -> Response:
    """The refusal as JSON (RFC 6749 section 5.2)."""
    content = {"error": refusal.error, "error_description": refusal.description}
    if refusal.error != "invalid_client":
        return json_response(content, 400)
    realm = tenant.endpoints.issuer
    return json_response(content, 401, ("WWW-Authenticate", f'Basic realm="{realm}"'))


def refuse_method(request: Request) -> Response:
    """The refusal of whatever is no POST (RFC 6749 section 3.2)."""
    content = {"error": "invalid_request", "error_description": f"{request.method} is not answered"}
    return json_response(content, 405)
