"""What the provider says about itself (OpenID Connect Discovery section 3, RFC 8414 section 2)."""

from victim.identity_provider import dpop, pkce, request_objects, signed
from victim.identity_provider.authorization_response import names_issuer
from victim.identity_provider.authorize import PROMPTS, SCOPES, response_types
from victim.identity_provider.registry import ResponseMode
from victim.identity_provider.tenant import Tenant
from victim.identity_provider.token import GRANT_TYPES
from victim.identity_provider.tokens import ALGORITHM


def metadata(tenant: Tenant) -> dict[str, object]:
    """The discovery document; it tells the truth about the tenant's policy."""
    url = tenant.endpoints.url
    return {
        "issuer": tenant.endpoints.issuer,
        "authorization_endpoint": url("authorize"),
        "pushed_authorization_request_endpoint": url("par"),
        "require_pushed_authorization_requests": False,
        "token_endpoint": url("token"),
        "userinfo_endpoint": url("userinfo"),
        "jwks_uri": url("jwks"),
        "scopes_supported": list(SCOPES),
        "response_types_supported": list(response_types(tenant.policy)),
        "response_modes_supported": list(ResponseMode),
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": list(signed.ALGORITHMS),
        "claims_supported": ["sub", "name", "preferred_username", "email", "email_verified"],
        "prompt_values_supported": sorted(PROMPTS),
        "code_challenge_methods_supported": [
            method.name for method in pkce.accepted_methods(tenant.policy)
        ],
        "authorization_response_iss_parameter_supported": names_issuer(tenant.policy),
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "claims_parameter_supported": False,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": list(
            request_objects.algorithms(tenant.policy)
        ),
        "require_signed_request_object": False,
        "request_uri_parameter_supported": False,
    }
