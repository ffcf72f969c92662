import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from attacker.vantage import OWN_REQUEST, REQUEST_AND_RESPONSE, RESPONSE, Vantage
from scenarios.channels import (
    ACCESS_LOG,
    CHANNELS,
    CUSTOM_SCHEME,
    HEADLINE_CHANNELS,
    LOOPBACK,
    LOOPBACK_PORTS,
    PLAINTEXT,
    Channel,
)
from scenarios.embedded import EmbeddedTarget, describe_posture, describe_target, invent_people
from scenarios.hosts import CLIENT_HOST, SCHEME
from scenarios.planning import make_plan
from scenarios.postures import CONFIDENTIAL_S256, NO_PKCE, PLAIN, POSTURES, S256, Posture, hardened
from scenarios.registry import all_scenarios
from scenarios.target import Key
from scenarios.tenants import issuer_of
from scenarios.weaknesses import catalogue, weakened
from tests.world import World
from victim.client import ClientApp
from victim.identity_provider import DEMO, ClientType, Policy

PORT = 5218
PUBLIC = ClientType.PUBLIC


def make_target() -> EmbeddedTarget:
    def ignore(kind: str, value: str) -> None:
        return

    return EmbeddedTarget(PORT, invent_people(), ignore, ClientApp(httpx.AsyncClient(), ignore))


@pytest.fixture
def target() -> EmbeddedTarget:
    return make_target()


@pytest.fixture(scope="module")
def keys() -> list[Key]:
    """Every group of the headline, and others of more habits and weaker servers."""
    plan = make_plan(all_scenarios().values(), POSTURES, CHANNELS)
    odd = [
        hardened(PUBLIC),
        hardened(ClientType.CONFIDENTIAL),
        *(weakened([name], PUBLIC) for name in catalogue()),
        S256.having("verifier_in_state", "state_unbound"),
    ]
    return [*plan.groups, *(Key(ACCESS_LOG, posture) for posture in odd)]


def test_no_two_endpoints_share_a_client_a_path_or_a_redirect(
    target: EmbeddedTarget, keys: list[Key]
) -> None:
    endpoints = [target.endpoint(key) for key in keys]

    for values in (
        [endpoint.client_id for endpoint in endpoints],
        [endpoint.path for endpoint in endpoints],
        [endpoint.redirect_uri for endpoint in endpoints],
    ):
        assert len(set(values)) == len(values)


def test_no_two_groups_share_a_name(keys: list[Key]) -> None:
    assert len({key.name for key in keys}) == len(keys)


def test_an_endpoint_comes_up_once(target: EmbeddedTarget) -> None:
    key = Key(LOOPBACK, S256)

    assert target.endpoint(key) is target.endpoint(Key(LOOPBACK, replace(S256)))


@pytest.mark.parametrize(
    ("posture", "redirect_uri"),
    [
        (PLAIN, "http://localhost:5218/pkcepublic"),
        (S256, "http://localhost:5218/pkcepublics256"),
        (CONFIDENTIAL_S256, "http://localhost:5218/pkceconfidential"),
        (NO_PKCE, "http://localhost:5218/codeonly"),
    ],
)
def test_the_endpoints_of_the_article_are_as_it_names_them(
    target: EmbeddedTarget, posture: Posture, redirect_uri: str
) -> None:
    assert target.endpoint(Key(LOOPBACK, posture)).redirect_uri == redirect_uri


def test_each_channel_has_the_redirect_that_makes_it_a_channel(
    target: EmbeddedTarget, keys: list[Key]
) -> None:
    assert {key.channel for key in keys} == set(CHANNELS)
    for key in keys:
        endpoint = target.endpoint(key)
        redirect = urlsplit(endpoint.redirect_uri)
        if key.channel is CUSTOM_SCHEME:
            assert redirect.scheme == SCHEME
        elif key.channel is LOOPBACK:
            assert (redirect.scheme, redirect.hostname) == ("http", "localhost")
        elif key.channel is LOOPBACK_PORTS:
            assert (redirect.scheme, redirect.netloc) == ("http", "127.0.0.1")
        elif key.channel is PLAINTEXT:
            assert redirect.scheme == "http"
            assert redirect.hostname not in {"localhost", "127.0.0.1", "::1"}
        else:
            assert (redirect.scheme, redirect.hostname) == ("https", CLIENT_HOST)
        assert endpoint.native is (key.channel in {CUSTOM_SCHEME, LOOPBACK_PORTS})


def test_endpoints_do_what_their_posture_says(target: EmbeddedTarget, keys: list[Key]) -> None:
    for key in keys:
        endpoint = target.endpoint(key)
        assert endpoint.pkce is key.posture.pkce
        assert endpoint.habits == key.posture.habits
        assert (endpoint.client_secret is not None) is key.posture.confidential


def test_a_client_of_several_servers_has_one_name_and_one_key_at_all_of_them(
    target: EmbeddedTarget,
) -> None:
    posture = hardened(ClientType.CONFIDENTIAL)
    assert target.endpoint(Key(ACCESS_LOG, posture)).other is None

    usual = target.endpoint(Key(ACCESS_LOG, posture.named("several_servers")))

    assert usual.other is not None
    assert (usual.other.client_id, usual.other.key) == (usual.client_id, usual.key)
    assert usual.other.client_secret is None
    assert usual.other.provider != usual.provider


def test_secrets_are_new_in_every_run_and_for_every_client(
    target: EmbeddedTarget, keys: list[Key]
) -> None:
    other = make_target()
    endpoints = [one.endpoint(key) for one in (target, other) for key in keys]
    secrets = [endpoint.client_secret for endpoint in endpoints if endpoint.client_secret]

    assert secrets
    assert len(set(secrets)) == len(secrets)


def test_people_are_new_in_every_run() -> None:
    people = [invent_people(), invent_people()]
    users = [user for each in people for user in (each.victim, each.attacker)]

    for values in ([user.password for user in users], [user.subject for user in users]):
        assert len(set(values)) == 4


def test_each_policy_is_played_at_a_provider_of_its_own(target: EmbeddedTarget) -> None:
    policies = {weakened([name], PUBLIC).policy for name in catalogue()} | {DEMO, Policy()}
    providers = [target.tenant(policy) for policy in policies]

    assert [provider.issuer for provider in providers] == [issuer_of(each) for each in policies]
    assert [target.tenant(policy) for policy in policies] == providers


@pytest.mark.parametrize(
    ("channel", "vantage", "start"),
    [
        (LOOPBACK, None, "http://localhost:5218"),
        (LOOPBACK, RESPONSE, "http://127.0.0.1:5218"),
        (LOOPBACK, REQUEST_AND_RESPONSE, "http://localhost:5218"),
        (LOOPBACK, OWN_REQUEST, "http://localhost:5218"),
        (PLAINTEXT, None, "https://app.contoso.test"),
        (PLAINTEXT, RESPONSE, "https://app.contoso.test"),
        (PLAINTEXT, REQUEST_AND_RESPONSE, "http://app.contoso.test"),
        (CUSTOM_SCHEME, None, "http://localhost:5218"),
        (CUSTOM_SCHEME, RESPONSE, "http://localhost:5218"),
        (CUSTOM_SCHEME, REQUEST_AND_RESPONSE, "http://localhost:5218"),
        (ACCESS_LOG, None, "https://app.contoso.test"),
        (ACCESS_LOG, RESPONSE, "https://app.contoso.test"),
        (ACCESS_LOG, REQUEST_AND_RESPONSE, "https://app.contoso.test"),
    ],
)
def test_the_login_starts_in_the_open_only_for_who_reads_the_request(
    target: EmbeddedTarget, channel: Channel, vantage: Vantage | None, start: str
) -> None:
    key = Key(channel, S256)

    assert target.entry(key, vantage) == f"{start}{target.endpoint(key).path}"


def test_a_strict_provider_refuses_the_plaintext_redirect_and_says_why(
    target: EmbeddedTarget,
) -> None:
    refusals = {refusal.partition(":")[0]: refusal for refusal in target.strict_refusals()}

    assert PLAINTEXT.title in refusals
    assert "does not register it" in refusals[PLAINTEXT.title]
    assert set(refusals) <= {channel.title for channel in HEADLINE_CHANNELS}


@pytest.mark.parametrize(
    "posture", [S256, hardened(PUBLIC), weakened(["iss_missing"], PUBLIC)], ids=lambda p: p.id
)
def test_the_target_of_the_log_is_the_one_that_is_played(
    target: EmbeddedTarget, posture: Posture
) -> None:
    described = describe_target(posture, target.people)
    played = target.endpoint(Key(ACCESS_LOG, posture)).provider

    assert described.issuer == target.tenant(posture.policy).issuer == played.issuer
    assert described.token_endpoint == played.token_endpoint
    assert described.authorization_endpoint == played.authorization_endpoint
    assert described.userinfo_endpoint == played.userinfo_endpoint
    assert described.victim == target.people.victim.subject
    assert described.attacker == target.people.attacker.subject


def test_a_posture_of_the_log_says_which_server_has_it_and_what_is_weak() -> None:
    people = invent_people()
    weak = weakened(["plain_used"], PUBLIC)

    described = describe_posture(weak, people)

    assert (described.id, described.title) == (weak.id, weak.title)
    assert described.switches == weak.switches
    assert described.target == describe_target(weak, people)
    assert described.weaknesses == ("plain_used",)
    assert described.clauses == (catalogue()["plain_used"].clause,)
    assert described.description == catalogue()["plain_used"].description


@pytest.mark.parametrize("channel", [LOOPBACK, PLAINTEXT, ACCESS_LOG], ids=lambda c: c.id)
@pytest.mark.parametrize(
    "posture",
    [*POSTURES, S256.having("verifier_in_state"), S256.having("verifier_fixed")],
    ids=lambda posture: ".".join([posture.id, *posture.carries]),
)
def test_an_honest_login_ends_with_the_user_signed_in(channel: Channel, posture: Posture) -> None:
    async def log_in() -> tuple[int, str, str]:
        world = World()
        browser, entry = world.http("victim-browser"), world.entry(Key(channel, posture))
        page = await browser.get(await world.sign_in(browser, entry))
        me = await browser.get(f"{str(page.request.url).partition('?')[0]}/me")
        return page.status_code, me.json()["sub"], world.target.people.victim.subject

    status, signed_in, victim = asyncio.run(log_in())

    assert (status, signed_in) == (200, victim)


def test_a_clock_is_set_forward_for_one_provider_until_it_is_reset() -> None:
    async def codes_after(seconds: float, *, reset: bool) -> list[str]:
        world = World()
        late, other = Key(ACCESS_LOG, S256), Key(ACCESS_LOG, hardened(PUBLIC))
        found = []
        for key in (late, other):
            browser = world.http("victim-browser")
            redirect = await world.sign_in(browser, world.entry(key))
            world.target.set_clock_forward(late, seconds / 2)
            world.target.set_clock_forward(late, seconds / 2)
            if reset:
                world.target.reset_clock(late)
            found.append("ok" if (await browser.get(redirect)).is_success else "expired")
        return found

    assert asyncio.run(codes_after(3600, reset=False)) == ["expired", "ok"]
    assert asyncio.run(codes_after(3600, reset=True)) == ["ok", "ok"]
    assert asyncio.run(codes_after(2, reset=False)) == ["ok", "ok"]
