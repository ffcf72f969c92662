"""What is registered at the embedded identity provider: the honest client, and the attacker's."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from attacker.own_client import (
    OWN_CLIENT_ID,
    OWN_NAME,
    OWN_REDIRECT_URI,
    OWN_SCRIPT,
    OWN_SCRIPT_CLIENT_ID,
    OWN_WEB_CLIENT_ID,
    OWN_WEB_REDIRECT_URI,
    OWN_WEB_SECRET,
)
from scenarios.hosts import CLIENT_HOST, SHORT_SCHEME
from scenarios.postures import Posture
from victim.client import Endpoint
from victim.identity_provider import (
    HYBRID,
    Client,
    ClientType,
    Policy,
    RegistrationRefusedError,
    ResponseMode,
    check_registration,
)


def attackers_clients(policy: Policy) -> Iterator[Client]:
    """The applications that the attacker has registered at a tenant, as any customer may."""
    public, confidential = ClientType.PUBLIC, ClientType.CONFIDENTIAL
    yield Client(OWN_CLIENT_ID, OWN_NAME, public, (OWN_REDIRECT_URI,))
    yield Client(OWN_WEB_CLIENT_ID, OWN_NAME, confidential, (OWN_WEB_REDIRECT_URI,), OWN_WEB_SECRET)
    with suppress(RegistrationRefusedError):
        check_registration(policy, OWN_SCRIPT)
        by_form = frozenset({ResponseMode.FORM_POST})
        yield Client(OWN_SCRIPT_CLIENT_ID, OWN_NAME, public, (OWN_SCRIPT,), response_modes=by_form)


def registration_of(endpoint: Endpoint, posture: Posture) -> Client:
    """How the honest client is registered for one of its endpoints."""
    usual = Client(
        client_id=endpoint.client_id,
        name="Contoso Demo",
        type=posture.registered_as,
        redirect_uris=(endpoint.redirect_uri,),
        secret=endpoint.client_secret,
        request_object_key=endpoint.key.public if posture.habits.signed_requests else None,
        assertion_key=endpoint.key.public if posture.habits.client_assertions else None,
        requires_pushed_requests=posture.habits.pushed_requests,
        resources=(endpoint.resource,) if endpoint.resource else (),
    )
    return _for_hybrid_flow(usual) if posture.habits.hybrid_flow else usual


def _for_hybrid_flow(usual: Client) -> Client:
    """It may ask for more than a code, and for more than a redirect with it; it need not."""
    return replace(
        usual,
        response_types=usual.response_types | {HYBRID},
        response_modes=usual.response_modes | {ResponseMode.FORM_POST},
    )


def with_wishes(registration: Client, endpoint: Endpoint, posture: Posture) -> Client:
    """The same with all that the client would like, as far as the server lets it have that.

    The plaintext one is its oldest, so it is the first where it was never refused.
    """
    path = endpoint.path
    older = [f"http://{CLIENT_HOST}{path}"]
    newer = [f"https://*.{CLIENT_HOST}{path}"]
    if posture.habits.loopback_registered:
        newer.append(f"http://127.0.0.1{path}")
    if posture.habits.short_scheme_registered:
        newer.append(f"{SHORT_SCHEME}:{path}")
    if posture.habits.partner_registered and endpoint.partner:
        newer.append(endpoint.partners_redirect_uri)

    def granted(uris: list[str]) -> Iterator[str]:
        for uri in uris:
            with suppress(RegistrationRefusedError):
                check_registration(posture.policy, uri)
                yield uri

    uris = (*granted(older), *registration.redirect_uris, *granted(newer))
    return replace(registration, redirect_uris=uris)
