"""An authorization request on its way in, whichever way it comes.

It stands in the query or was pushed before (RFC 9126), in parameters or in an object that the
client has signed (RFC 9101). In two steps, as in ``authorize``: :func:`receive` finds out where an
answer may go, :func:`read` everything else.
"""

from victim.identity_provider import request_objects
from victim.identity_provider.authorize import read_request, read_target
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.grants import AuthorizationRequest, IncomingRequest
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.tenant import Tenant


def receive(tenant: Tenant, sent: Parameters, *, pushed: bool = False) -> IncomingRequest:
    """A request whose redirect URI may be trusted. Raises :class:`UntrustedRequestError`."""
    stated = request_objects.stated(tenant.policy, tenant.clients, sent)
    client, redirect_uri = read_target(tenant.policy, tenant.clients, stated)
    return IncomingRequest(client, redirect_uri, sent, stated, pushed)


def read(tenant: Tenant, incoming: IncomingRequest) -> AuthorizationRequest:
    """All of the request. Raises :class:`OAuthError`, to be sent to the redirect URI."""
    _check_road(tenant.policy, incoming)
    request_objects.check(tenant, incoming.client, incoming.sent)
    return read_request(tenant.policy, incoming.client, incoming.redirect_uri, incoming.stated)


def _check_road(policy: Policy, incoming: IncomingRequest) -> None:
    """RFC 9126 section 6: who has registered to push every request has to."""
    must_push = incoming.client.requires_pushed_requests
    if must_push and not (incoming.pushed or policy.pushed_request_requirement_ignored):
        raise OAuthError("invalid_request", "the client has to push its requests")
