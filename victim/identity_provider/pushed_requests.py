"""Pushed authorization requests (RFC 9126).

The client sends its request itself and gets a reference; the browser carries nothing else.
"""

from dataclasses import replace

from victim.identity_provider import back_channel
from victim.identity_provider.errors import OAuthError, UntrustedRequestError
from victim.identity_provider.grants import IncomingRequest
from victim.identity_provider.incoming import read, receive
from victim.identity_provider.messages import Parameters, Request, Response, json_response
from victim.identity_provider.tenant import REQUEST_URI_PREFIX, Tenant

_REFERENCE = ("client_id", "request_uri")
"""All that counts of a request that was pushed before (RFC 9126 section 4)."""


class PushedRequestEndpoint:
    """Takes the authorization requests of one tenant's clients."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def post(self, request: Request) -> Response:
        """A reference to the request, or what the authorization endpoint would refuse it with."""
        try:
            incoming = self._check(request)
        except OAuthError as refusal:
            return back_channel.refuse(self._tenant, refusal)
        content = {
            "request_uri": self._tenant.keep_pushed_request(incoming),
            "expires_in": int(self._tenant.policy.pushed_request_lifetime),
        }
        return json_response(content, 201)

    def _check(self, request: Request) -> IncomingRequest:
        if not request.is_form:
            raise OAuthError("invalid_request", "the body must be form parameters")
        back_channel.caller(self._tenant, request, request.form)
        if request.form.get("request_uri") is not None:
            raise OAuthError("invalid_request", "a request_uri cannot be pushed")
        try:
            incoming = receive(self._tenant, request.form, pushed=True)
        except UntrustedRequestError as refusal:
            raise OAuthError("invalid_request", str(refusal)) from None
        read(self._tenant, incoming)
        return incoming


def arriving(tenant: Tenant, query: Parameters) -> IncomingRequest:
    """What the query of a browser asks for: itself, or what it refers to.

    A reference serves once. Raises :class:`UntrustedRequestError`.
    """
    request_uri = query.get("request_uri") or ""
    if not request_uri.startswith(REQUEST_URI_PREFIX):
        return receive(tenant, query)
    if query.repeated() & set(_REFERENCE):
        raise UntrustedRequestError("The request repeats its client_id or request_uri.")
    kept = tenant.pushed_requests.live(request_uri)
    if kept is None:
        raise UntrustedRequestError("The request is unknown, was used before, or has expired.")
    incoming = _asked_by(tenant, query.get("client_id"), kept.incoming)
    if not tenant.policy.request_uri_reusable:
        tenant.pushed_requests.remove(request_uri)
    return _bent(tenant, query, incoming)


def _asked_by(tenant: Tenant, client_id: str | None, pushed: IncomingRequest) -> IncomingRequest:
    """The pushed request, if it belongs to the client that the query names."""
    client = tenant.clients.get(client_id)
    if client is None:
        raise UntrustedRequestError("The app is not registered here.")
    if client != pushed.client and not tenant.policy.request_uri_of_another_client_accepted:
        raise UntrustedRequestError("The request belongs to another app.")
    return replace(pushed, client=client)


def _bent(tenant: Tenant, query: Parameters, pushed: IncomingRequest) -> IncomingRequest:
    """The pushed request as the parameters beside the reference would have it: unchanged."""
    beside = query.without(*_REFERENCE)
    if not (beside.pairs and tenant.policy.front_channel_overrides_pushed_request):
        return pushed
    return receive(tenant, pushed.sent.overridden_by(beside), pushed=True)
