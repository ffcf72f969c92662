"""The client as a website and as the back end of an app, at the real provider."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse

from reports.records import Exchange
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK, PLAINTEXT, Channel
from scenarios.embedded import PROVIDER_HOST, Key
from scenarios.postures import NO_PKCE, POSTURES, S256, Posture
from tests.world import World, values
from victim.client import VerifierSource

pytestmark = pytest.mark.anyio

FRESH, IN_STATE, FIXED = VerifierSource.FRESH, VerifierSource.IN_STATE, VerifierSource.FIXED
WEBSITE: Key = (LOOPBACK, S256, FRESH)
CARRYING: Key = (LOOPBACK, S256, IN_STATE)
NATIVE: Key = (CUSTOM_SCHEME, S256, FRESH)


@pytest.fixture
def world() -> World:
    return World()


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def who(browser: httpx.AsyncClient, url: str) -> str | None:
    """Who the client says is signed in."""
    answer = await browser.get(f"{url.partition('?')[0]}/me")
    if answer.status_code == 401:
        return None
    return str(answer.raise_for_status().json()["sub"])


@pytest.mark.parametrize("channel", [LOOPBACK, PLAINTEXT], ids=lambda channel: channel.id)
@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
async def test_an_honest_login_ends_with_the_user_signed_in(
    world: World, channel: Channel, posture: Posture
) -> None:
    browser, entry = world.http("victim-browser"), world.entry((channel, posture, FRESH))
    if channel is PLAINTEXT:  # the redirect is http, so the cookie must have been set there
        entry = entry.replace("https:", "http:")

    page = await browser.get(await world.sign_in(browser, entry))

    assert page.status_code == 200
    assert world.target.victim.subject in page.text
    assert await who(browser, entry) == world.target.victim.subject


@pytest.mark.parametrize("source", [IN_STATE, FIXED], ids=lambda source: source.name)
async def test_the_odd_places_for_a_verifier_work_too(world: World, source: VerifierSource) -> None:
    browser, entry = world.http("victim-browser"), world.entry((LOOPBACK, S256, source))

    await browser.get(await world.sign_in(browser, entry))

    assert await who(browser, entry) == world.target.victim.subject


@pytest.mark.parametrize("key", [WEBSITE, CARRYING], ids=["fresh", "in state"])
async def test_an_unknown_state_is_refused_without_a_word_to_the_provider(
    world: World, key: Key
) -> None:
    browser, entry = world.http("victim-browser"), world.entry(key)
    await browser.get(entry)

    for query in ("code=c&state=of-somebody-else", "code=c", "error=access_denied&state=s"):
        page = await browser.get(f"{entry}?{query}")
        assert page.status_code == 400
        assert "unknown state" in page.text

    assert not [exchange for exchange in world.exchanges if exchange.source == "client"]


async def test_a_redirect_belongs_to_the_browser_that_started_the_login(world: World) -> None:
    victim, attacker = world.http("victim-browser"), world.http("attacker-browser")
    entry = world.entry(WEBSITE)
    redirect = await world.sign_in(victim, entry)
    await attacker.get(entry)

    page = await attacker.get(redirect)

    assert page.status_code == 400
    assert await who(attacker, entry) is None


async def test_in_state_nothing_binds_a_redirect_to_a_browser(world: World) -> None:
    victim, attacker = world.http("victim-browser"), world.http("attacker-browser")
    entry = world.entry(CARRYING)
    redirect = await world.sign_in(victim, entry)

    await attacker.get(redirect)

    assert await who(attacker, entry) == world.target.victim.subject
    assert await who(victim, entry) is None


async def test_a_state_is_good_for_one_redirect(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)
    redirect = await world.sign_in(browser, entry)
    await browser.get(redirect)

    assert (await browser.get(redirect)).status_code == 400
    assert await who(browser, entry) == world.target.victim.subject


async def test_two_logins_in_one_browser_do_not_mix_up_their_verifiers(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)
    first = await world.sign_in(browser, entry)
    second = await world.sign_in(browser, entry)

    assert (await browser.get(first)).status_code == 200
    assert (await browser.get(second)).status_code == 200


async def test_an_injected_code_meets_the_verifier_of_the_attacker_s_own_login(
    world: World,
) -> None:
    victim, attacker = world.http("victim-browser"), world.http("attacker-browser")
    entry = world.entry(WEBSITE)
    code = parameters(await world.sign_in(victim, entry))["code"]
    own_state = parameters((await attacker.get(entry)).headers["location"])["state"]

    page = await attacker.get(f"{entry}?{urlencode({'code': code, 'state': own_state})}")

    assert "invalid_grant" in page.text
    assert await who(attacker, entry) is None


async def test_an_error_of_the_provider_is_told_and_ends_the_login(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)
    state = parameters((await browser.get(entry)).headers["location"])["state"]

    page = await browser.get(f"{entry}?{urlencode({'error': 'access_denied', 'state': state})}")

    assert page.status_code == 400
    assert "access_denied" in page.text
    assert "unknown state" in (await browser.get(f"{entry}?code=c&state={state}")).text


async def test_a_provider_that_fails_behind_the_client_is_told_to_the_user(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)
    redirect = await world.sign_in(browser, entry)
    world.servers[PROVIDER_HOST] = PlainTextResponse("down for maintenance", 503)

    page = await browser.get(redirect)

    assert page.status_code == 400
    assert "HTTP 503" in page.text
    assert await who(browser, entry) is None


async def test_a_session_name_that_the_browser_brings_along_is_not_taken(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)

    answer = await browser.get(entry, headers={"cookie": "contoso_session=chosen-by-mallory"})

    assert "chosen-by-mallory" not in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


async def test_to_ask_who_is_signed_in_starts_no_session(world: World) -> None:
    answer = await world.http("attacker-browser").get(f"{world.entry(WEBSITE)}/me")

    assert (answer.status_code, answer.json()) == (401, {"error": "not signed in"})
    assert "set-cookie" not in answer.headers
    assert values(world.learned, "session") == []


async def test_a_native_app_has_one_user_and_needs_no_cookie(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(NATIVE)
    redirect = await world.sign_in(browser, entry)
    assert redirect.startswith("com.contoso.demo:/")

    app = world.http("honest-app")
    handed_over = await app.get(f"{entry}?{urlsplit(redirect).query}")

    assert handed_over.status_code == 200
    assert "set-cookie" not in handed_over.headers
    assert await who(app, entry) == world.target.victim.subject


async def test_the_trace_context_of_a_redirect_goes_on_to_the_back_channel(world: World) -> None:
    browser, entry = world.http("victim-browser"), world.entry(WEBSITE)
    trace = "00-00000000000000000000000000000007-0000000000000001-01"

    await browser.get(await world.sign_in(browser, entry), headers={"traceparent": trace})

    sent = [exchange.request for exchange in world.exchanges if exchange.source == "client"]
    assert [request.header("traceparent") for request in sent] == [trace, trace]


async def test_only_the_app_with_a_fixed_verifier_can_be_downloaded(world: World) -> None:
    browser = world.http("thief")

    package = await browser.get(f"{world.entry((CUSTOM_SCHEME, S256, FIXED))}/package.zip")
    assert package.headers["content-type"] == "application/zip"
    assert package.content.startswith(b"PK")

    other = await browser.get(f"{world.entry((CUSTOM_SCHEME, NO_PKCE, FRESH))}/package.zip")
    assert other.status_code == 404


@pytest.mark.parametrize("source", VerifierSource, ids=lambda source: source.name)
@pytest.mark.parametrize("posture", POSTURES[1:3] + POSTURES[4:], ids=lambda posture: posture.id)
async def test_each_secret_is_known_before_it_is_on_the_wire(
    world: World, posture: Posture, source: VerifierSource
) -> None:
    browser, entry = world.http("victim-browser"), world.entry((LOOPBACK, posture, source))
    await browser.get(await world.sign_in(browser, entry))

    met = set()
    for exchange in world.exchanges:
        known = set(world.learned[: world.known[exchange.id]])
        on_wire = set(secrets_in(exchange))
        assert on_wire <= known
        met |= {kind for kind, _ in on_wire}

    expected = {"access_token", "code", "code_verifier", "session", "state"}
    assert met == expected | ({"client_secret"} if posture.confidential else set())


def secrets_in(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What an exchange carries that nobody else may have, by kind."""
    assert exchange.response is not None
    location = exchange.response.header("location")
    for url in (exchange.request.url, location):
        yield from pick(parameters(url))
    yield from pick(exchange.request.form)
    if exchange.response.header("content-type").startswith("application/json"):
        yield from pick(json.loads(exchange.response.body))
    for name, value in exchange.response.headers:
        if name == "set-cookie":
            yield "session", value.partition("=")[2].partition(";")[0]


def pick(found: dict[str, str]) -> Iterator[tuple[str, str]]:
    kinds = ("access_token", "client_secret", "code", "code_verifier", "state")
    return ((kind, found[kind]) for kind in kinds if kind in found)
