"""A real server as a site: where it and its clients are, and what the thief has there."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from attacker.loot import LootBag
from attacker.own_client import TORCH, OwnClient
from attacker.thief import Thief
from attacker.vantage import RESPONSE
from reports.records import Target
from scenarios.channels import ACCESS_LOG
from scenarios.hosts import CLIENT_HOST
from scenarios.real import RealTarget, lends_secret
from scenarios.real_server import RegisteredClient, Subjects
from scenarios.registry import all_scenarios
from scenarios.stage.scope import Authority
from scenarios.target import ClientPlace, Key
from tests.scenarios.sites import BROWSER, ISSUER, METADATA, PHONE, PROVIDER, SERVER, WEB, site
from victim.identity_provider import HARDENED

ALL = all_scenarios()
HOME = ClientPlace(CLIENT_HOST, 443, True)


def target_of(*clients: RegisteredClient) -> RealTarget:
    return site(*clients).build(0, lambda kind, value: None, httpx.AsyncClient())


def equipped(client: RegisteredClient, *others: RegisteredClient, attack: str) -> Thief:
    """The thief as it begins an attack on a client."""
    thief = Thief(httpx.AsyncClient(), LootBag(RESPONSE, lambda item: None), "https://app.test")
    key = Key(ACCESS_LOG, client.posture(HARDENED))
    target_of(client, *others).equip(thief, key, ALL[attack])
    return thief


def secrets_of(thief: Thief) -> list[str]:
    held = thief.loot.find("client_secret")
    return [held.value] if held else []


@pytest.mark.parametrize(
    ("port", "name"), [(443, "idp.test"), (80, "idp.test"), (8443, "idp.test:8443")]
)
def test_a_host_of_the_provider_is_called_as_urls_call_it(port: int, name: str) -> None:
    there = site(WEB, server=replace(SERVER, hosts=(Authority("idp.test", port),)))

    assert there.provider_hosts == {name}
    assert there.remote == (Authority("idp.test", port),)


def test_the_client_is_reached_where_its_redirects_lead_and_without_tls_too() -> None:
    places = site(WEB, BROWSER).client_places

    callback = [
        ClientPlace("app.example.com", 443, True),
        ClientPlace("app.example.com", 80, False),
    ]
    assert places == (*callback, HOME)


@pytest.mark.parametrize(
    ("redirect_uri", "expected"),
    [
        ("https://a.test:8443/cb", {ClientPlace("a.test", 8443, True)}),
        ("http://localhost:3000/cb", {ClientPlace("localhost", 3000, False)}),
        ("com.example.app:/cb", set[ClientPlace]()),
    ],
)
def test_a_redirect_uri_says_host_port_and_tls(
    redirect_uri: str, expected: set[ClientPlace]
) -> None:
    places = set(site(replace(WEB, redirect_uri=redirect_uri)).client_places)

    assert expected | {HOME} <= places
    assert {place for place in places if place.secure} == {
        HOME,
        *(place for place in expected if place.secure),
    }


def test_a_client_without_another_has_none_to_stand_for_the_attacker_s() -> None:
    assert site(WEB).other_than(WEB) is None
    assert site(WEB, replace(WEB, name="again")).other_than(WEB) is None


def test_the_best_other_client_is_one_with_a_secret() -> None:
    there = site(PHONE, BROWSER, WEB)

    assert there.other_than(PHONE) is WEB
    assert there.other_than(WEB) is PHONE


@pytest.mark.parametrize(
    ("url", "authorization", "token"),
    [
        (f"{ISSUER}/authorize", True, False),
        (f"{ISSUER}/token", False, True),
        (f"{ISSUER}/authorize/", False, False),
        (f"{ISSUER}/authorize?tenant=demo", False, False),
        ("https://evil.test/token", False, False),
    ],
)
def test_an_endpoint_is_known_by_its_url_without_a_query(
    url: str, authorization: bool, token: bool
) -> None:
    there = site(WEB)

    assert there.is_authorization_endpoint(url) is authorization
    assert there.is_token_endpoint(url) is token


def test_the_log_says_whose_server_it_is_and_where_the_client_is_declared() -> None:
    there = site(
        replace(WEB, declared_at=17),
        declared_in="demo.idp.toml",
        subjects={"web": Subjects("alice-at-web", "mallory-at-web")},
    )

    said = there.describe(WEB.posture(HARDENED))

    assert (said.id, said.declared_in, said.declared_at) == ("web", "demo.idp.toml", 17)
    assert said.target == Target(
        name="demo",
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=PROVIDER.token_endpoint,
        userinfo_endpoint=PROVIDER.userinfo_endpoint,
        victim="alice-at-web",
        attacker="mallory-at-web",
    )


def test_a_client_that_nobody_has_signed_in_at_knows_nobody() -> None:
    said = site(WEB).describe(WEB.posture(HARDENED)).target

    assert said is not None
    assert (said.victim, said.attacker) == ("", "")


def test_our_client_is_registered_as_theirs() -> None:
    target = target_of(replace(WEB, secret_in_header=False, lasting=True))

    endpoint = target.endpoint(Key(ACCESS_LOG, WEB.posture(HARDENED)))

    assert (endpoint.client_id, endpoint.redirect_uri) == (WEB.client_id, WEB.redirect_uri)
    assert (endpoint.client_secret, endpoint.secret_in_header) == ("the-secret", False)
    assert (endpoint.path, endpoint.scope) == ("/callback", "openid profile")
    assert endpoint.provider == PROVIDER
    assert endpoint.lasting


@pytest.mark.parametrize(("scope", "openid"), [("openid", True), ("profile", False), ("", False)])
def test_only_who_asks_for_openid_expects_an_id_token(scope: str, openid: bool) -> None:
    client = replace(WEB, scope=scope)

    endpoint = target_of(client).endpoint(Key(ACCESS_LOG, client.posture(HARDENED)))

    assert endpoint.provider.openid is openid


@pytest.mark.parametrize(
    ("client", "entry"),
    [
        (WEB, "https://app.example.com/callback"),
        (replace(WEB, redirect_uri=f"{WEB.redirect_uri}?a=b"), "https://app.example.com/callback"),
        (PHONE, f"https://{CLIENT_HOST}/callback"),
        (
            replace(PHONE, redirect_uri="http://127.0.0.1:8080/callback"),
            "http://127.0.0.1:8080/callback",
        ),
    ],
    ids=["web", "with a query", "app", "loopback"],
)
def test_a_login_starts_where_the_session_will_be(client: RegisteredClient, entry: str) -> None:
    assert target_of(client).entry(Key(ACCESS_LOG, client.posture(HARDENED))) == entry


def test_clients_that_share_a_redirect_uri_take_turns() -> None:
    target = target_of(WEB, BROWSER)

    async def asks_as() -> str:
        transport = httpx.ASGITransport(target.client)
        async with httpx.AsyncClient(transport=transport) as user:
            asked = (await user.get(WEB.redirect_uri)).next_request
        assert asked is not None
        return asked.url.params["client_id"]

    for client in (WEB, BROWSER, WEB):
        target.endpoint(Key(ACCESS_LOG, client.posture(HARDENED)))
        assert asyncio.run(asks_as()) == client.client_id


def test_an_endpoint_with_other_habits_is_another_and_each_comes_up_once() -> None:
    target, key = target_of(WEB), Key(ACCESS_LOG, WEB.posture(HARDENED))
    bent = key._replace(posture=key.posture.having("csrf_by_pkce"))

    assert target.endpoint(key) is target.endpoint(key)
    assert target.endpoint(bent) is not target.endpoint(key)
    assert target.endpoint(bent).habits.csrf_by_pkce


def test_the_thief_is_told_what_the_server_publishes() -> None:
    assert equipped(PHONE, attack="stolen-code").metadata == METADATA


def test_who_is_given_refresh_tokens_unasked_does_not_ask_the_more_for_that() -> None:
    published = {**METADATA, "scopes_supported": ["openid", "offline_access"]}
    there = site(WEB, PHONE, server=replace(SERVER, metadata=published), unasked=frozenset({"web"}))

    def told(client: RegisteredClient) -> object:
        thief = Thief(httpx.AsyncClient(), LootBag(RESPONSE, lambda item: None), "https://app.test")
        target = there.build(0, lambda kind, value: None, httpx.AsyncClient())
        target.equip(thief, Key(ACCESS_LOG, client.posture(HARDENED)), ALL["stolen-code"])
        return thief.metadata

    assert told(PHONE) == published
    assert told(WEB) == METADATA


def test_another_client_stands_for_the_thief_s_own_app() -> None:
    alone, beside = (
        equipped(PHONE, attack="stolen-code"),
        equipped(PHONE, WEB, attack="stolen-code"),
    )

    assert alone.own is TORCH
    assert beside.own == OwnClient(
        WEB.client_id, WEB.redirect_uri, "the-secret", True, scope="openid profile"
    )


def test_the_thief_knows_where_else_a_code_could_have_been_sent() -> None:
    other = "https://app.example.com/other"
    several = replace(PHONE, other_redirect_uris=(other,))

    assert equipped(several, attack="code-with-another-redirect-uri").elsewhere == other
    assert equipped(PHONE, attack="code-with-another-redirect-uri").elsewhere not in {
        PHONE.redirect_uri,
        "",
    }


def test_a_secret_is_lent_to_whom_the_attack_does_not_turn_on_it() -> None:
    assert secrets_of(equipped(WEB, PHONE, attack="stolen-code")) == ["the-secret"]
    for about_the_secret in ("secret-left-out", "secret-made-up", "own-flow"):
        assert secrets_of(equipped(WEB, PHONE, attack=about_the_secret)) == []


@pytest.mark.parametrize("in_header", [True, False])
def test_the_thief_knows_how_the_client_shows_its_secret(in_header: bool) -> None:
    client = replace(WEB, secret_in_header=in_header)

    thief = equipped(client, attack="secret-made-up")
    assert (thief.secret_in_header, thief.named_in_form) == (in_header, False)
    named = equipped(replace(client, named_in_form=True), attack="secret-made-up")
    assert named.named_in_form


def test_who_attacks_a_public_client_is_lent_nothing() -> None:
    assert secrets_of(equipped(PHONE, WEB, attack="stolen-code")) == []


@pytest.mark.parametrize(
    ("scenario", "lent"),
    [
        ("stolen-code", True),
        ("replayed-code", True),
        ("secret-left-out", False),
        ("dropped-secret", False),
        ("own-flow", False),
        ("silent-flow", False),
    ],
)
def test_what_must_hold_by_itself_must_hold_without_the_secret(scenario: str, lent: bool) -> None:
    assert lends_secret(ALL[scenario]) is lent


def test_nobody_sets_the_clock_of_a_server_that_is_not_ours() -> None:
    target, key = target_of(WEB), Key(ACCESS_LOG, WEB.posture(HARDENED))

    with pytest.raises(NotImplementedError, match="cannot be set forward"):
        target.set_clock_forward(key, 60)
    target.reset_clock(key)
    assert list(target.strict_refusals()) == []
    assert target.provider is None
