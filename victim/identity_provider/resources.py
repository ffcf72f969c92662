"""Which resource an access token is for (RFC 8707; RFC 9700 section 2.3).

Userinfo, unless the token request names another one. What that one learns is then worth nothing
at userinfo, whoever runs it.
"""

from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import AccessToken
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client


def read_resource(client: Client, parameters: Parameters) -> str | None:
    """The resource that a token request names, if the client has registered it.

    Raises :class:`OAuthError` (``invalid_target``, RFC 8707 section 2).
    """
    resource = parameters.get("resource")
    if resource is not None and resource not in client.resources:
        raise OAuthError("invalid_target", "the client has not registered this resource")
    return resource


def is_for_userinfo(policy: Policy, token: AccessToken) -> bool:
    """Whether userinfo may accept the token."""
    return token.resource is None or policy.token_of_another_resource_accepted
