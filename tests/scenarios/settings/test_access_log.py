"""Where a thief sits who needs no browser with a window, by what its vantage lets it see."""

import pytest

from attacker.injector import Cookie
from attacker.vantage import (
    ALTERED_REQUEST,
    OWN_ACCOUNT,
    OWN_ADDRESS,
    RESPONSE,
    TOKEN_REQUESTS,
    TOKEN_RESPONSES,
    WHOLE_REDIRECT,
    Leg,
    Vantage,
)
from scenarios.hosts import CLIENT_HOST, DESKTOP_PORT, PROVIDER_HOST
from scenarios.play import Play
from scenarios.stage.browser import Browser
from tests.scenarios.settings.over_http import Scene, attack

pytestmark = pytest.mark.stage


async def log_in(scene: Scene) -> None:
    await scene.victim.log_in()


@pytest.mark.parametrize("vantage", [RESPONSE, WHOLE_REDIRECT], ids=lambda vantage: vantage.name)
def test_who_reads_responses_finds_a_code_that_stays_unused(
    browser: Browser, vantage: Vantage
) -> None:
    async def log_in_and_try_again(scene: Scene) -> None:
        await scene.victim.log_in()
        assert scene.status() == 503
        await scene.victim.reload()
        assert scene.status() == 200

    scene = attack(browser, vantage, log_in_and_try_again)

    assert scene.media == {"access log"}
    assert scene.thief.catch() is not None
    cookie = scene.thief.loot.find("cookie", Leg.REDIRECT_COOKIES)
    assert (cookie is not None) is vantage.sees(Leg.REDIRECT_COOKIES)


@pytest.mark.parametrize(
    ("vantage", "kinds"),
    [(TOKEN_REQUESTS, {"code", "code_verifier"}), (TOKEN_RESPONSES, {"access_token"})],
    ids=["requests", "responses"],
)
def test_who_reads_the_back_channel_reads_nothing_else_and_stands_in_nobody_s_way(
    browser: Browser, vantage: Vantage, kinds: set[str]
) -> None:
    async def log_in_well(scene: Scene) -> None:
        await scene.victim.log_in()
        assert scene.status() == 200

    scene = attack(browser, vantage, log_in_well)

    assert len(scene.media) == 1
    assert "token" in next(iter(scene.media))
    for kind in ("code", "code_verifier", "access_token"):
        assert (scene.thief.catch(kind) is not None) is (kind in kinds)


def test_who_reads_token_requests_can_hold_them_up(browser: Browser) -> None:
    async def hold_up(scene: Scene) -> None:
        play = Play(scene.victim, scene.thief, lambda title: None, lambda seconds: None)
        async with play.while_the_victim_logs_in(held_up=True):
            await scene.thief.loot.wait_for("code", Leg.TOKEN_REQUEST)
            assert scene.setting.browser.page.host == PROVIDER_HOST  # no answer has arrived yet
        assert scene.setting.browser.page.host == CLIENT_HOST
        assert scene.status() == 200

    attack(browser, TOKEN_REQUESTS, hold_up)


def test_who_stands_in_the_way_changes_the_request(browser: Browser) -> None:
    async def strip(scene: Scene) -> None:
        scene.thief.change = lambda asked: {**asked, "response_type": "carrier-pigeon"}
        await scene.victim.log_in()

    scene = attack(browser, ALTERED_REQUEST, strip)

    assert scene.thief.loot.find("authorization_request", Leg.OWN) is not None
    assert scene.thief.catch() is None


def test_who_has_an_account_only_reads_nothing(browser: Browser) -> None:
    scene = attack(browser, OWN_ACCOUNT, log_in)

    assert scene.media == set()
    assert scene.thief.loot.sightings == []


def test_an_app_that_claims_a_scheme_without_a_dot_is_given_its_links_and_no_others(
    browser: Browser,
) -> None:
    async def follow(scene: Scene) -> None:
        await scene.victim.follow("com.contoso.demo:/cb?code=another")
        await scene.victim.follow("contoso:/cb?code=the-code")

    scene = attack(browser, OWN_ADDRESS, follow)

    codes = [seen.parameters["code"] for seen in scene.thief.loot.sightings]
    assert (codes, scene.media) == (["the-code"], {"link that opens an app"})
    assert scene.setting.browser.passed_on("contoso:/cb?code=late") == ""
    assert len(scene.thief.loot.sightings) == 1


def test_a_page_is_given_the_address_of_a_login_that_ended_where_nobody_listens(
    browser: Browser,
) -> None:
    async def paste(scene: Scene) -> None:
        await scene.victim.follow(f"http://127.0.0.1:{DESKTOP_PORT}/cb?code=c&state=s")
        assert scene.status() == 502, "so says the proxy of a connection that is refused"
        await scene.victim.pastes_address_into(f"https://{CLIENT_HOST}/paste?at=")
        assert scene.setting.browser.page.url.endswith("/cb%3Fcode%3Dc%26state%3Ds")

    attack(browser, OWN_ACCOUNT, paste)


def test_cookies_that_an_attack_plants_are_gone_afterwards(browser: Browser) -> None:
    async def plant(scene: Scene) -> None:
        await scene.victim.log_in()
        scene.victim.is_tossed(Cookie(scene.victim.client, "planted", "by-mallory", "/"))
        assert "planted" in scene.setting.browser.http.cookies

    scene = attack(browser, OWN_ACCOUNT, plant)

    assert "planted" not in scene.setting.browser.http.cookies


def test_who_had_to_sign_in_once_more_is_still_signed_in_afterwards(browser: Browser) -> None:
    visited: list[str] = []

    def sign_ins() -> int:
        return sum(url.endswith("/login") for url in visited)

    async def sign_in_again(scene: Scene) -> None:
        scene.setting.browser.visited = visited.append
        await scene.victim.log_in()
        asked = next(url for url in visited if "/authorize?" in url)
        await scene.victim.follow(f"{asked}&prompt=login")
        assert sign_ins() == 2, "the server has ended the old session, and begun another"

    attack(browser, OWN_ACCOUNT, sign_in_again)

    assert sign_ins() == 2, "nobody had to sign in for the honest login afterwards"
