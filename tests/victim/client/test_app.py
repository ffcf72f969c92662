"""The client as a website and as the back end of an app, at the real provider."""

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.victim.client.conftest import (
    ALICE,
    ENTRY,
    HABITS,
    ISSUER,
    PLAINTEXT,
    SCHEME,
    Contoso,
    Make,
    query,
)
from victim.client import Pkce

pytestmark = pytest.mark.anyio

CARRYING = ("verifier_in_state", "flow_in_unbound_state", "encrypted_state")


@pytest.mark.parametrize("secret", [None, "the secret"], ids=["public", "confidential"])
@pytest.mark.parametrize("habit", ["pkce_unused", "plain_used", None])
@pytest.mark.parametrize("redirect_uri", [ENTRY, PLAINTEXT])
async def test_an_honest_login_ends_with_the_user_signed_in(
    contoso: Make, redirect_uri: str, habit: str | None, secret: str | None
) -> None:
    world = contoso(*filter(None, [habit]), redirect_uri=redirect_uri, secret=secret)
    browser = world.browser()

    page = await world.log_in(browser)

    assert page.status_code == 200
    assert ALICE.subject in page.text
    assert await world.who(browser) == ALICE.subject


async def test_a_client_that_pushes_its_requests_signs_its_users_in(contoso: Make) -> None:
    world = contoso("pushed_requests", secret="the secret")
    browser = world.browser()

    await world.log_in(browser)

    assert await world.who(browser) == ALICE.subject
    assert world.asked_by_client()[0] == f"{ISSUER}/par"


async def test_a_login_whose_request_is_refused_when_it_is_pushed_does_not_start(
    contoso: Make,
) -> None:
    world = contoso("pushed_requests")
    world.servers["login.idp.test"] = PlainTextResponse("down", 503)

    page = await world.browser().get(ENTRY)

    assert page.status_code == 400
    assert "could not be started: HTTP 503" in page.text


@pytest.mark.parametrize("habits", [(), *zip(CARRYING)], ids=str)
async def test_an_unknown_state_is_refused_without_a_word_to_the_provider(
    contoso: Make, habits: tuple[str, ...]
) -> None:
    world = contoso(*habits)
    browser = world.browser()
    await browser.get(ENTRY)

    for answer in ("code=c&state=of-somebody-else", "code=c", "error=access_denied&state=s"):
        page = await browser.get(f"{ENTRY}?{answer}")
        assert page.status_code == 400
        assert "unknown state" in page.text

    assert world.asked_by_client() == []


async def test_a_redirect_belongs_to_the_browser_that_started_the_login(contoso: Make) -> None:
    world = contoso()
    victim, attacker = world.browser("victim"), world.browser("attacker")
    redirect = await world.sign_in(victim)
    await attacker.get(ENTRY)

    page = await attacker.get(redirect)

    assert page.status_code == 400
    assert await world.who(attacker) is None


async def test_in_state_nothing_binds_a_redirect_to_a_browser(contoso: Make) -> None:
    world = contoso("verifier_in_state")
    victim, attacker = world.browser("victim"), world.browser("attacker")
    redirect = await world.sign_in(victim)

    await attacker.get(redirect)

    assert await world.who(attacker) == ALICE.subject
    assert await world.who(victim) is None


async def test_a_state_is_good_for_one_redirect(contoso: Make) -> None:
    world = contoso()
    browser = world.browser()
    redirect = await world.sign_in(browser)
    await browser.get(redirect)

    assert (await browser.get(redirect)).status_code == 400
    assert await world.who(browser) == ALICE.subject


async def test_two_logins_in_one_browser_do_not_mix_up_their_verifiers(contoso: Make) -> None:
    world = contoso()
    browser = world.browser()
    first = await world.sign_in(browser)
    second = await world.sign_in(browser)

    assert (await browser.get(first)).status_code == 200
    assert (await browser.get(second)).status_code == 200


async def test_an_injected_code_meets_the_verifier_of_the_attacker_s_own_login(
    contoso: Make,
) -> None:
    world = contoso()
    victim, attacker = world.browser("victim"), world.browser("attacker")
    answer = query(await world.sign_in(victim))
    own_state = query((await attacker.get(ENTRY)).headers["location"])["state"]

    page = await attacker.get(f"{ENTRY}?{urlencode(answer | {'state': own_state})}")

    assert "invalid_grant" in page.text
    assert await world.who(attacker) is None


async def test_an_error_of_the_provider_is_told_and_ends_the_login(contoso: Make) -> None:
    world = contoso()
    browser = world.browser()
    state = query((await browser.get(ENTRY)).headers["location"])["state"]
    refusal = {"error": "access_denied", "state": state, "iss": ISSUER}

    page = await browser.get(f"{ENTRY}?{urlencode(refusal)}")

    assert page.status_code == 400
    assert "access_denied" in page.text
    assert "unknown state" in (await browser.get(f"{ENTRY}?code=c&state={state}")).text
    assert world.asked_by_client() == []


async def test_a_provider_that_fails_behind_the_client_is_told_to_the_user(contoso: Make) -> None:
    world = contoso()
    browser = world.browser()
    redirect = await world.sign_in(browser)
    world.servers["login.idp.test"] = PlainTextResponse("down for maintenance", 503)

    page = await browser.get(redirect)

    assert page.status_code == 400
    assert "HTTP 503" in page.text
    assert await world.who(browser) is None


async def test_to_ask_who_is_signed_in_starts_no_session(contoso: Make) -> None:
    world = contoso()

    answer = await world.browser().get(f"{ENTRY}/me")

    assert (answer.status_code, answer.json()) == (401, {"error": "not signed in"})
    assert "set-cookie" not in answer.headers
    assert "session" not in dict(world.learned)


async def test_a_redirect_that_signs_nobody_in_starts_no_session(contoso: Make) -> None:
    world = contoso()

    page = await world.browser().get(f"{ENTRY}?code=c&state=s")

    assert "set-cookie" not in page.headers
    assert "session" not in dict(world.learned)


async def test_a_native_app_has_one_user_and_needs_no_cookie(contoso: Make) -> None:
    world = contoso(redirect_uri=SCHEME, native=True)
    app, browser = world.browser("honest-app"), world.browser("victim-browser")
    start = await app.get(ENTRY)
    redirect = await world.sign_in(browser, url=start.headers["location"])
    assert redirect.startswith(f"{SCHEME}?")

    handed_over = await app.get(f"{ENTRY}?{urlsplit(redirect).query}")

    assert handed_over.status_code == 200
    assert "set-cookie" not in start.headers
    assert "set-cookie" not in handed_over.headers
    assert await world.who(app) == ALICE.subject


async def test_the_trace_context_of_a_redirect_goes_on_to_the_back_channel(contoso: Make) -> None:
    world = contoso()
    browser = world.browser()
    trace = "00-00000000000000000000000000000007-0000000000000001-01"

    await browser.get(await world.sign_in(browser), headers={"traceparent": trace})

    sent = [sent.request for sent in world.sent if sent.by == "client"]
    assert [request.url.path for request in sent] == ["/demo/token", "/demo/jwks", "/demo/userinfo"]
    assert [request.headers["traceparent"] for request in sent] == [trace] * 3


@pytest.mark.parametrize("habit", HABITS)
async def test_only_an_app_that_gives_something_away_can_be_downloaded(
    contoso: Make, habit: str
) -> None:
    package = await contoso(habit).browser().get(f"{ENTRY}/package.zip")

    if habit in {"verifier_fixed", "verifier_guessable"}:
        assert package.headers["content-type"] == "application/zip"
        assert package.content.startswith(b"PK")
    else:
        assert package.status_code == 404


async def test_the_client_goes_on_serving_while_endpoints_are_added(contoso: Make) -> None:
    world = contoso()
    await world.log_in(browser := world.browser())

    with pytest.raises(ValueError, match="/login is served already"):
        world.client.add(world.endpoint)

    assert await world.who(browser) == ALICE.subject


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/login/", 404),
        ("POST", "/login", 405),
        ("PUT", "/login/me", 405),
    ],
)
async def test_other_requests_are_answered_with_a_page_that_says_no(
    contoso: Make, method: str, path: str, status: int
) -> None:
    world = contoso()

    page = await world.browser().request(method, f"https://app.contoso.test{path}")

    assert (page.status_code, page.is_success) == (status, False)
    assert "Sign-in failed" in page.text
    assert world.learned == contoso().learned


@pytest.mark.parametrize("secret", [None, "the secret"], ids=["public", "confidential"])
@pytest.mark.parametrize("habit", [*HABITS, "encrypted_state"])
async def test_each_secret_is_known_before_it_is_on_the_wire(
    contoso: Make, habit: str, secret: str | None
) -> None:
    world = contoso(habit, secret=secret)
    await world.log_in(world.browser())

    met = set()
    for sent in world.sent:
        known = set(world.learned[: sent.known])
        on_wire = set(secrets_in(sent.request, sent.response))
        assert on_wire <= known
        met |= {kind for kind, _ in on_wire}

    expected = {"access_token", "code", "id_token", "session"}
    expected |= {"client_secret"} if world.endpoint.client_secret else set()
    assert met >= expected
    assert met - expected == optional(world)


def optional(world: Contoso) -> set[str]:
    """The secrets that some habits do without."""
    habits = world.endpoint.habits
    found = set() if habits.state_missing else {"state"}
    found |= set() if habits.verifier_in_state else {"nonce"}
    uses_verifier = world.endpoint.pkce is not Pkce.NONE or habits.challenge_lost
    return found | ({"code_verifier"} if uses_verifier else set())


def secrets_in(request: httpx.Request, response: httpx.Response) -> Iterator[tuple[str, str]]:
    """What an exchange carries that nobody else may have, by kind."""
    for url in (str(request.url), response.headers.get("location", "")):
        yield from pick(query(url))
    yield from pick(dict(httpx.QueryParams(request.content.decode())))
    if response.headers.get("content-type", "").startswith("application/json"):
        yield from pick(json.loads(response.text))
    for header in response.headers.get_list("set-cookie"):
        for name, cookie in SimpleCookie(header).items():
            yield ("code_verifier" if "verifier" in name else "session"), cookie.value


def pick(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kinds = ("access_token", "client_secret", "code", "code_verifier", "id_token", "nonce", "state")
    return ((kind, found[kind]) for kind in kinds if kind in found)


async def test_only_a_client_that_forwards_passes_an_answer_on(contoso: Make) -> None:
    answer = f"{ENTRY}?next=https://preview.test/&code=c&state=s"

    stays = await contoso().browser().get(answer)
    goes = await contoso("callback_forwards").browser().get(answer, follow_redirects=False)

    assert stays.status_code == 400
    assert goes.headers["location"] == "https://preview.test/?code=c&state=s"


@pytest.mark.parametrize(
    ("onward", "passed_on"),
    [
        (f"{ISSUER}/apps", True),
        (f"{ISSUER}/authorize?redirect_uri=https://evil.test/", True),
        ("https://preview.test/", False),
        (f"{ISSUER.replace('https:', 'http:')}/apps", False),
        ("https://login.idp.test.evil.test/", False),
        ("https://login.idp.test@evil.test/", False),
        ("https://login.idp.test:8443/apps", False),
    ],
)
async def test_a_client_may_pass_answers_on_to_its_provider_alone(
    contoso: Make, onward: str, passed_on: bool
) -> None:
    answer = f"{ENTRY}?{urlencode({'code': 'c', 'state': 's', 'next': onward})}"

    goes = await contoso("callback_forwards_home").browser().get(answer, follow_redirects=False)

    assert goes.headers.get("location") == (f"{onward}?code=c&state=s" if passed_on else None)


async def test_who_comes_from_the_partner_without_an_answer_is_sent_back_and_no_one_else(
    contoso: Make,
) -> None:
    world = contoso("partner_registered")
    back = world.endpoint.partners_redirect_uri

    async def goes_to(url: str, world: Contoso = world) -> str | None:
        answer = await world.browser().get(url, follow_redirects=False)
        return answer.headers.get("location", "").partition("?")[0] or None

    assert await goes_to(back) == "https://partner.test"
    assert await goes_to(f"{back}&code=c&state=s") is None, "an answer stays here"
    assert await goes_to(f"{ENTRY}?next=https://evil.test") == f"{ISSUER}/authorize"
    assert await goes_to(back, contoso()) == f"{ISSUER}/authorize"


async def test_a_native_app_says_at_which_port_it_waits_and_no_website_does(contoso: Make) -> None:
    async def asks_for(world: Contoso, port: str) -> str:
        answer = await world.browser().get(f"{world.entry}?port={port}", follow_redirects=False)
        return query(answer.headers["location"])["redirect_uri"]

    native = contoso(redirect_uri="http://127.0.0.1/login", native=True)
    usual = native.endpoint.redirect_uri

    assert await asks_for(native, "4711") == "http://127.0.0.1:4711/login"
    assert await asks_for(native, "evil.test") == await asks_for(native, "") == usual
    assert await asks_for(contoso(), "4711") == ENTRY
