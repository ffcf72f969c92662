"""What an attacker does with an account of its own, in front of a browser without a window."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from attacker.vantage import (
    OWN_ACCOUNT,
)
from scenarios.postures import hardened
from scenarios.stage.browser import Browser
from tests.scenarios.settings.over_http import Scene, attack
from victim.identity_provider import ClientType

pytestmark = pytest.mark.stage


def test_the_attacker_signs_in_with_its_own_account_and_stops_before_the_redirect(
    browser: Browser,
) -> None:
    async def sign_in(scene: Scene) -> None:
        target = scene.setting.stage.target
        entry = target.entry(scene.setting.key)
        async with scene.setting.attackers_browser("p1") as own:
            page = await own.sign_in(entry)
            assert page.url.startswith(f"{entry}?code=")
            shown = await own.open(f"{entry}/me")
            assert shown.status == 401
            await own.open(page.url)
            shown = await own.open(f"{entry}/me")
            assert target.people.attacker.subject in shown.text

    attack(browser, OWN_ACCOUNT, sign_in)


def test_the_attacker_can_bring_cookies_that_are_somebody_else_s(browser: Browser) -> None:
    async def bring(scene: Scene) -> None:
        await scene.victim.log_in()
        me = f"{scene.victim.client}/me"
        jar = scene.setting.browser.http.cookies.jar
        cookies = "; ".join(f"{each.name}={each.value}" for each in jar)
        async with scene.setting.attackers_browser("p1") as own:
            nobody = await own.open(me)
            somebody = await own.bring(me, cookies)
        assert nobody.status == 401
        assert scene.setting.stage.target.people.victim.subject in somebody.text

    attack(browser, OWN_ACCOUNT, bring)


def test_the_attacker_keeps_an_answer_in_a_form_back_and_can_send_it(browser: Browser) -> None:
    async def keep_back(scene: Scene) -> None:
        entry = scene.victim.client
        async with scene.setting.attackers_browser("p1") as own:
            page = await own.sign_in(entry)
            nobody = await own.open(f"{entry}/me")
            answer = dict(parse_qsl(urlsplit(page.url).query))
            signed_in = await own.post(entry, answer)
        assert {"code", "id_token"} <= answer.keys()
        assert (nobody.status, signed_in.status) == (401, 200)

    attack(browser, OWN_ACCOUNT, keep_back, hardened(ClientType.PUBLIC).named("hybrid_flow"))
