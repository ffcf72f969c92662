from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response

    type MakeScene = Callable[[Policy], Scene]


def asks_password(response: Response) -> bool:
    return 'name="password"' in response.text


def asks_consent(response: Response) -> bool:
    return 'value="allow"' in response.text


class TestConsentSkipped:
    def test_hardened_asks(self, scene: Scene) -> None:
        assert asks_consent(scene.browser.sign_in(scene.authorize()))

    @pytest.mark.parametrize("prompt", [None, "consent"])
    def test_weak_asks_nobody(self, make_scene: MakeScene, prompt: str | None) -> None:
        scene = make_scene(Policy(consent_skipped=True))

        response = scene.browser.sign_in(scene.authorize(prompt=prompt))

        assert "code" in scene.answer(response)
        assert "code" in scene.answer(scene.authorize(**scene.WEB))

    def test_weak_still_asks_for_the_password(self, make_scene: MakeScene) -> None:
        assert asks_password(make_scene(Policy(consent_skipped=True)).authorize())


class TestPromptNoneWithoutConsent:
    def test_hardened_refuses(self, scene: Scene) -> None:
        scene.browser.sign_in(scene.authorize())

        assert scene.answer(scene.authorize(prompt="none"))["error"] == "consent_required"

    def test_weak_grants_it(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(prompt_none_without_consent=True))
        scene.browser.sign_in(scene.authorize())

        assert "code" in scene.answer(scene.authorize(prompt="none"))

    def test_weak_asks_whoever_may_be_asked(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(prompt_none_without_consent=True))
        assert scene.answer(scene.authorize(prompt="none"))["error"] == "login_required"

        assert asks_consent(scene.browser.sign_in(scene.authorize()))


class TestPageFramingAllowed:
    def test_hardened_forbids_it_and_keeps_the_session_out(self, scene: Scene) -> None:
        page = scene.authorize()

        assert page.header("x-frame-options") == "DENY"
        assert "frame-ancestors 'none'" in page.header("content-security-policy")
        assert page.header("set-cookie").endswith("; SameSite=Lax")

    def test_weak_lets_both_pages_and_the_session_in(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(page_framing_allowed=True))
        login = scene.authorize()
        consent = scene.browser.sign_in(login)

        for page in (login, consent):
            assert page.header("x-frame-options") == ""
            assert "frame-ancestors" not in page.header("content-security-policy")
            assert page.header("set-cookie").endswith("; Secure; HttpOnly; SameSite=None")


class TestReferrerLeaked:
    def policies(self, scene: Scene) -> set[str]:
        login = scene.authorize()
        consent = scene.browser.sign_in(login)
        redirect = scene.browser.decide(consent)
        assert redirect.status == 303
        return {response.header("referrer-policy") for response in (login, consent, redirect)}

    def test_hardened_tells_nobody(self, scene: Scene) -> None:
        assert self.policies(scene) == {"no-referrer"}

    def test_weak_tells_everybody(self, make_scene: MakeScene) -> None:
        assert self.policies(make_scene(Policy(referrer_leaked=True))) == {"unsafe-url"}


class TestFormsUnbound:
    def forced_sign_in(self, scene: Scene) -> Response:
        """The attacker's page sends the attacker's form from the browser of the user."""
        page = scene.authorize(browser=scene.new_browser())
        return scene.browser.sign_in(page, scene.MALLORY)

    def test_hardened_refuses_the_form_of_another_browser(self, scene: Scene) -> None:
        assert self.forced_sign_in(scene).status == 400
        assert asks_password(scene.authorize())

    def test_weak_signs_the_user_in_as_the_attacker(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(forms_unbound=True))

        assert "Mallory" in self.forced_sign_in(scene).text
        assert "Mallory" in scene.authorize().text

    def test_weak_does_so_in_place_of_who_was_signed_in(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(forms_unbound=True))
        scene.log_in()

        assert "Mallory" in self.forced_sign_in(scene).text
        assert "Mallory" in scene.authorize().text

    def test_weak_does_not_sign_in_the_browser_that_the_form_was_shown_to(
        self, make_scene: MakeScene
    ) -> None:
        scene = make_scene(Policy(forms_unbound=True))
        attacker = scene.new_browser()
        scene.browser.sign_in(scene.authorize(browser=attacker))

        assert asks_password(scene.authorize(browser=attacker))

    @pytest.mark.parametrize("token", ["", "made-up"])
    def test_weak_still_wants_some_form(self, make_scene: MakeScene, token: str) -> None:
        scene = make_scene(Policy(forms_unbound=True))
        page = scene.authorize()

        assert scene.browser.sign_in(page, csrf_token=token).status == 400


class TestSessionKeptAtSignIn:
    def planted(self, scene: Scene) -> Response:
        """What the attacker, whose cookie the user got before the sign-in, sees afterwards."""
        attacker = scene.new_browser()
        page = scene.authorize(browser=attacker)
        scene.browser.cookies = dict(attacker.cookies)
        scene.browser.sign_in(page)
        return scene.authorize(browser=attacker)

    def test_hardened_changes_the_cookie(self, scene: Scene) -> None:
        assert asks_password(self.planted(scene))

    def test_weak_signs_the_attacker_in_too(self, make_scene: MakeScene) -> None:
        page = self.planted(make_scene(Policy(session_kept_at_sign_in=True)))

        assert asks_consent(page)
        assert "Alice Example" in page.text
