from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response


def asks_password(response: Response) -> bool:
    return 'name="password"' in response.text


def asks_consent(response: Response) -> bool:
    return 'value="allow"' in response.text


def test_a_stranger_signs_in_consents_and_returns_with_a_code(scene: Scene) -> None:
    page = scene.authorize()
    assert page.status == 200
    assert asks_password(page)
    assert "Public App" in page.text

    page = scene.browser.sign_in(page)
    assert page.status == 200
    assert asks_consent(page)
    assert "Alice Example" in page.text

    assert "code" in scene.answer(scene.browser.decide(page))


def test_a_wrong_password_asks_again_and_signs_nobody_in(scene: Scene) -> None:
    page = scene.browser.sign_in(scene.authorize(), password="wrong")

    assert page.status == 403
    assert "password is wrong" in page.text
    assert 'value="alice"' in page.text
    assert asks_password(scene.authorize())
    assert asks_consent(scene.browser.sign_in(page))


def test_deny_goes_back_without_a_code(scene: Scene) -> None:
    page = scene.browser.sign_in(scene.authorize())

    answer = scene.answer(scene.browser.decide(page, "deny"))

    assert answer == {"error": "access_denied", "state": "the-state", "iss": scene.ISSUER}


def test_deny_is_not_remembered_as_consent(scene: Scene) -> None:
    page = scene.browser.sign_in(scene.authorize(**scene.WEB))
    scene.browser.decide(page, "deny")

    assert asks_consent(scene.authorize(**scene.WEB))


def test_an_answer_that_is_neither_allow_nor_deny_is_refused(scene: Scene) -> None:
    page = scene.browser.sign_in(scene.authorize())

    assert scene.browser.decide(page, "perhaps").status == 400
    assert "code" in scene.answer(scene.browser.decide(page))


def test_consent_cannot_be_posted_before_signing_in(scene: Scene) -> None:
    page = scene.authorize()

    assert asks_password(scene.browser.decide(page))


def test_consent_cannot_be_posted_before_it_was_asked_for(scene: Scene) -> None:
    page = scene.authorize(prompt="login")
    scene.log_in()

    assert asks_password(scene.browser.decide(page))


class TestCookie:
    def test_it_is_out_of_reach_for_scripts_plaintext_and_other_tenants(self, scene: Scene) -> None:
        cookie = scene.authorize().header("set-cookie")

        _, *attributes = cookie.split("; ")
        assert attributes == ["Path=/demo", "Secure", "HttpOnly", "SameSite=Lax"]
        assert cookie.startswith("__Secure-")

    def test_signing_in_changes_it_and_voids_the_old_one(self, scene: Scene) -> None:
        page = scene.authorize()
        planted = scene.new_browser()
        planted.cookies = dict(scene.browser.cookies)

        scene.browser.sign_in(page)

        assert scene.browser.cookies != planted.cookies
        assert asks_password(scene.authorize(browser=planted))

    def test_it_lasts_from_the_sign_in_on_not_from_the_first_visit(self, scene: Scene) -> None:
        page = scene.authorize()
        scene.pass_time(599)
        scene.browser.sign_in(page)
        scene.pass_time(8 * 3600 - 1)

        assert asks_consent(scene.authorize())

    def test_it_ends_with_the_session(self, scene: Scene) -> None:
        scene.log_in()
        scene.pass_time(8 * 3600)

        assert asks_password(scene.authorize())

    def test_a_made_up_one_is_worth_nothing(self, scene: Scene) -> None:
        scene.browser.cookies["__Secure-session"] = "made-up"

        assert asks_password(scene.authorize())


class TestCsrf:
    @pytest.mark.parametrize("token", ["", "made-up"])
    def test_a_form_without_its_token_is_refused(self, scene: Scene, token: str) -> None:
        page = scene.authorize()

        refusal = scene.browser.sign_in(page, csrf_token=token)

        assert refusal.status == 400
        assert asks_password(scene.authorize())

    def test_a_sign_in_form_of_another_browser_is_refused(self, scene: Scene) -> None:
        attacker = scene.new_browser()
        page = scene.authorize(browser=attacker)
        scene.authorize()

        assert scene.browser.sign_in(page, scene.MALLORY).status == 400
        assert asks_password(scene.authorize())

    def test_a_consent_form_of_another_browser_is_refused(self, scene: Scene) -> None:
        attacker = scene.new_browser()
        page = attacker.sign_in(scene.authorize(browser=attacker), scene.MALLORY)
        scene.log_in()

        assert scene.browser.decide(page).status == 400

    def test_a_browser_without_cookies_is_refused(self, scene: Scene) -> None:
        page = scene.authorize()
        scene.browser.cookies.clear()

        assert scene.browser.sign_in(page).status == 400

    def test_a_page_that_stayed_open_too_long_is_refused(self, scene: Scene) -> None:
        page = scene.authorize()
        scene.pass_time(600)

        assert scene.browser.sign_in(page).status == 400

    def test_a_form_is_answered_once(self, scene: Scene) -> None:
        page = scene.browser.sign_in(scene.authorize())
        scene.browser.decide(page)

        assert scene.browser.decide(page).status == 400

    def test_a_denial_cannot_be_taken_back(self, scene: Scene) -> None:
        page = scene.browser.sign_in(scene.authorize())
        scene.browser.decide(page, "deny")

        assert scene.browser.decide(page).status == 400


class TestTabs:
    def test_a_form_open_in_another_tab_survives_the_sign_in(self, scene: Scene) -> None:
        first, second = scene.authorize(), scene.authorize(state="second tab")
        scene.browser.sign_in(first)

        page = scene.browser.sign_in(second)

        assert scene.answer(scene.browser.decide(page))["state"] == "second tab"

    def test_consent_shown_to_one_user_is_asked_again_of_the_next(self, scene: Scene) -> None:
        shown_to_alice = scene.browser.sign_in(scene.authorize())
        scene.browser.sign_in(scene.authorize(prompt="login"), scene.MALLORY)

        page = scene.browser.decide(shown_to_alice)

        assert asks_consent(page)
        assert "Mallory" in page.text


class TestSingleSignOn:
    def test_a_signed_in_user_is_not_asked_for_the_password(self, scene: Scene) -> None:
        scene.log_in()

        assert asks_consent(scene.authorize())

    def test_a_confidential_client_with_consent_gets_its_code_at_once(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)

        assert "code" in scene.answer(scene.authorize(**scene.WEB))

    def test_consent_holds_for_the_scope_that_was_allowed_only(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB, scope="openid profile")

        assert "code" in scene.answer(scene.authorize(**scene.WEB, scope="openid"))
        assert asks_consent(scene.authorize(**scene.WEB, scope="openid email"))

    def test_consent_holds_for_its_user_and_client_only(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)
        other = scene.new_browser()

        page = other.sign_in(scene.authorize(browser=other, **scene.WEB), scene.MALLORY)

        assert asks_consent(page)
        assert asks_consent(scene.authorize())


class TestPrompt:
    def test_login_asks_for_the_password_although_signed_in(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)
        scene.pass_time(100)

        page = scene.authorize(**scene.WEB, prompt="login")

        assert asks_password(page)
        assert "code" in scene.answer(scene.browser.sign_in(page))

    def test_consent_asks_although_it_was_given(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)

        page = scene.authorize(**scene.WEB, prompt="consent")

        assert asks_consent(page)
        assert "code" in scene.answer(scene.browser.decide(page))

    def test_none_never_asks(self, scene: Scene) -> None:
        web = {**scene.WEB, "prompt": "none"}
        assert scene.answer(scene.authorize(**web))["error"] == "login_required"
        scene.browser.sign_in(scene.authorize(**scene.WEB))
        assert scene.answer(scene.authorize(**web))["error"] == "consent_required"
        scene.log_in(**scene.WEB)

        assert "code" in scene.answer(scene.authorize(**web))

    def test_max_age_asks_for_the_password_when_the_sign_in_is_older(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)
        scene.pass_time(61)

        assert "code" in scene.answer(scene.authorize(**scene.WEB, max_age="61"))
        page = scene.authorize(**scene.WEB, max_age="60")
        assert asks_password(page)
        assert "code" in scene.answer(scene.browser.sign_in(page))

    def test_max_age_of_nothing_asks_for_the_password_once(self, scene: Scene) -> None:
        scene.log_in(**scene.WEB)
        scene.tick[0] = 0.001

        page = scene.authorize(**scene.WEB, max_age="0")

        assert asks_password(page)
        assert "code" in scene.answer(scene.browser.sign_in(page))


class TestConsentRememberedForPublicClients:
    def test_hardened_asks_every_time(self, scene: Scene) -> None:
        scene.log_in()

        assert asks_consent(scene.authorize())
        assert scene.answer(scene.authorize(prompt="none"))["error"] == "consent_required"

    def test_weak_gives_a_code_to_whoever_poses_as_the_client(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(consent_remembered_for_public_clients=True))
        assert asks_consent(scene.browser.sign_in(scene.authorize()))
        scene.log_in()

        assert "code" in scene.answer(scene.authorize(redirect_uri="http://127.0.0.1:666/cb"))
