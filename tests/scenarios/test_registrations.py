"""What is registered: the honest client with its secret and its wishes, and the attacker's own."""

from attacker.own_client import OWN_REDIRECT_URI, OWN_SCRIPT, OWN_WEB_REDIRECT_URI
from scenarios.channels import ACCESS_LOG, WEB_PAGES
from scenarios.postures import CONFIDENTIAL_S256, S256, Posture, hardened
from scenarios.registrations import attackers_clients, registration_of, with_wishes
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.world import World
from victim.identity_provider import HARDENED, ClientType, Policy

PUBLIC = ClientType.PUBLIC


def wishes(posture: Posture) -> list[str]:
    """The redirect URIs beyond the one that the endpoint uses, as far as they were granted."""
    endpoint = World().target.endpoint(Key(ACCESS_LOG, posture))
    granted = with_wishes(registration_of(endpoint, posture), endpoint, posture).redirect_uris
    assert endpoint.redirect_uri in granted
    return [uri for uri in granted if uri != endpoint.redirect_uri]


def test_the_client_is_registered_as_what_its_posture_says() -> None:
    for posture in (S256, CONFIDENTIAL_S256):
        endpoint = World().target.endpoint(Key(ACCESS_LOG, posture))
        registered = registration_of(endpoint, posture)

        assert registered.type is posture.client_type
        assert registered.secret == endpoint.client_secret
        assert registered.redirect_uris == (endpoint.redirect_uri,)


def test_a_client_that_drops_its_secret_is_registered_as_public() -> None:
    posture = hardened(ClientType.CONFIDENTIAL).named("secret_dropped")
    endpoint = World().target.endpoint(Key(ACCESS_LOG, posture))

    registered = registration_of(endpoint, posture)

    assert (registered.type, registered.secret, posture.confidential) == (PUBLIC, None, False)
    assert posture.switches["client secret"] == "none"
    assert posture.named("client_assertions").confidential


def test_a_client_that_signs_who_it_is_registers_its_key_in_place_of_a_secret() -> None:
    posture = hardened(ClientType.CONFIDENTIAL).named("client_assertions")
    endpoint = World().target.endpoint(Key(ACCESS_LOG, posture))

    registered = registration_of(endpoint, posture)

    assert registered.secret is None
    assert registered.assertion_key is not None
    assert registered.assertion_key.thumbprint() == endpoint.key.public.thumbprint()


def test_a_client_that_pushes_or_signs_its_requests_has_to() -> None:
    for habits in ((), ("pushed_requests",), ("signed_requests",)):
        posture = hardened(PUBLIC).named(*habits)
        endpoint = World().target.endpoint(Key(ACCESS_LOG, posture))

        registered = registration_of(endpoint, posture)

        assert registered.requires_pushed_requests is posture.habits.pushed_requests
        assert registered.requires_signed_requests is posture.habits.signed_requests


def test_a_client_of_the_hybrid_flow_may_ask_for_more_and_no_other_may() -> None:
    usual, hybrid = hardened(PUBLIC), hardened(PUBLIC).named("hybrid_flow")
    asks = {
        posture: registration_of(World().target.endpoint(Key(ACCESS_LOG, posture)), posture)
        for posture in (usual, hybrid)
    }

    assert asks[usual].response_types == {"code"}
    assert asks[hybrid].response_types == {"code", "code id_token"}
    assert asks[hybrid].response_modes - asks[usual].response_modes == {"form_post"}


def test_a_hardened_server_grants_no_wish() -> None:
    assert wishes(hardened(PUBLIC)) == []
    assert wishes(hardened(PUBLIC).named("short_scheme_registered")) == []


def test_a_weak_server_grants_the_wish_that_it_is_weak_for() -> None:
    (plaintext,) = wishes(weakened(["plaintext_redirect_accepted"], PUBLIC))
    (wildcard,) = wishes(weakened(["redirect_wildcard_accepted"], PUBLIC))
    undotted = weakened(["private_scheme_without_dot_accepted"], PUBLIC)
    (short_scheme,) = wishes(undotted.named("short_scheme_registered"))

    assert plaintext.startswith("http://")
    assert "*" in wildcard
    assert short_scheme.startswith("contoso:/")
    assert wishes(undotted) == [], "not every client wishes for one"


def test_a_partner_s_redirect_uri_is_registered_where_the_client_has_a_partner() -> None:
    posture = hardened(PUBLIC).named("partner_registered")
    endpoint = World().target.endpoint(Key(WEB_PAGES, posture))

    granted = with_wishes(registration_of(endpoint, posture), endpoint, posture).redirect_uris

    assert granted == (endpoint.redirect_uri, endpoint.partners_redirect_uri)
    assert endpoint.partners_redirect_uri.endswith("?next=https%3A%2F%2Fwww.thief.test")
    assert wishes(posture) == []


def test_the_attacker_has_an_application_of_each_type() -> None:
    uris = {client.type: client.redirect_uris for client in attackers_clients(HARDENED)}

    assert uris == {
        ClientType.PUBLIC: (OWN_REDIRECT_URI,),
        ClientType.CONFIDENTIAL: (OWN_WEB_REDIRECT_URI,),
    }


def test_the_attacker_has_a_third_where_a_script_may_be_registered() -> None:
    own = list(attackers_clients(Policy(script_scheme_accepted=True)))

    assert len(own) == 3
    assert own[-1].redirect_uris == (OWN_SCRIPT,)
