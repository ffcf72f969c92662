"""An authorization request on its way in, whichever way it comes.

Either it stands in the query, or the client has pushed it before (RFC 9126). In two steps, as in
``authorize``: :func:`receive` finds out where an answer may go, :func:`read` everything else.
"""

from victim.identity_provider.authorize import read_request, read_target
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import AuthorizationRequest, IncomingRequest
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.tenant import Tenant


def receive(tenant: Tenant, sent: Parameters, *, pushed: bool = False) -> IncomingRequest:
    """A request whose redirect URI may be trusted. Raises :class:`UntrustedRequestError`."""
    client, redirect_uri = read_target(tenant.policy, tenant.clients, sent)
    return IncomingRequest(client, redirect_uri, sent, pushed)


def read(tenant: Tenant, incoming: IncomingRequest) -> AuthorizationRequest:
    """All of the request. Raises :class:`OAuthError`, to be sent to the redirect URI."""
    _check_road(tenant.policy, incoming)
    return read_request(tenant.policy, incoming.client, incoming.redirect_uri, incoming.sent)


def _check_road(policy: Policy, incoming: IncomingRequest) -> None:
    """RFC 9126 section 6: who has registered to push every request has to."""
    must_push = incoming.client.requires_pushed_requests
    if must_push and not (incoming.pushed or policy.pushed_request_requirement_ignored):
        raise OAuthError("invalid_request", "the client has to push its requests")
