"""Which client is speaking: at the token endpoint, or to push a request (RFC 6749 section 2.3)."""

import binascii
import hmac
from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from victim.identity_provider import client_assertions
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.messages import Parameters
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, ClientType
from victim.identity_provider.tenant import Tenant


@dataclass(frozen=True)
class Credentials:
    """What the request brought along to say who it is."""

    client_id: str | None
    secret: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)


def authenticate(tenant: Tenant, authorization: str, parameters: Parameters) -> Client:
    """The client that the request proves, or for a public client merely claims, to be from.

    ``authorization`` is the header, or empty. Raises :class:`OAuthError`: ``invalid_client``, or
    ``invalid_request`` when two methods are mixed.
    """
    credentials = _credentials(authorization, parameters)
    client = tenant.clients.get(credentials.client_id)
    if client is None:
        raise OAuthError("invalid_client", "the client is unknown")
    if client.type is ClientType.PUBLIC:
        _check_absence(tenant.policy, credentials)
    elif client.assertion_key is not None:
        client_assertions.check(tenant, client, credentials.assertion or "")
    else:
        _check_secret(tenant.policy, client, credentials)
    return client


def _check_absence(policy: Policy, credentials: Credentials) -> None:
    if credentials.assertion is not None:
        raise OAuthError("invalid_client", "a public client has no key to sign with")
    if credentials.secret is not None and not policy.secret_from_public_client_accepted:
        raise OAuthError("invalid_client", "a public client must not send a client_secret")


def _check_secret(policy: Policy, client: Client, credentials: Credentials) -> None:
    if credentials.secret is None:
        if policy.secret_optional:
            return
        raise OAuthError("invalid_client", "a confidential client must send its client_secret")
    if not (policy.secret_not_checked or _is_secret_of(client, credentials.secret)):
        raise OAuthError("invalid_client", "the client_secret is wrong")


def _is_secret_of(client: Client, secret: str) -> bool:
    return hmac.compare_digest((client.secret or "").encode(), secret.encode())


def _credentials(authorization: str, parameters: Parameters) -> Credentials:
    client_id, secret = parameters.get("client_id"), parameters.get("client_secret")
    assertion = client_assertions.read(parameters)
    if sum(map(bool, (authorization, secret, assertion))) > 1:
        raise OAuthError("invalid_request", "use one method of client authentication, not two")
    if authorization:
        credentials = _basic(authorization)
    elif assertion:
        credentials = Credentials(client_assertions.speaker(assertion), assertion=assertion)
    else:
        return Credentials(client_id, secret)
    if client_id not in (None, credentials.client_id):
        raise OAuthError("invalid_request", "client_id contradicts the client authentication")
    return credentials


def _basic(header: str) -> Credentials:
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
        if not colon:
            raise ValueError(client_id)
    except (ValueError, binascii.Error):
        raise OAuthError("invalid_client", "the Authorization header is not Basic") from None
    # RFC 6749 section 2.3.1: both are form-encoded before they are joined by the colon.
    return Credentials(unquote_plus(client_id), unquote_plus(secret))
