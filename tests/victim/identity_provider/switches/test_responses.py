from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from victim.identity_provider import Policy, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

    type MakeScene = Callable[[Policy], Scene]

IMPLICIT: dict[str, Any] = {
    "response_type": "token",
    "code_challenge": None,
    "code_challenge_method": None,
}


def metadata(scene: Scene) -> dict[str, Any]:
    path = "/demo/.well-known/openid-configuration"
    return dict(scene.provider.handle(Request.parse("GET", path)).json())


def fragment(location: str) -> dict[str, str]:
    return dict(parse_qsl(location.partition("#")[2]))


class TestStateDropped:
    def test_hardened_sends_it_back_with_codes_and_refusals(self, scene: Scene) -> None:
        assert scene.answer(scene.log_in())["state"] == "the-state"
        assert scene.answer(scene.authorize(prompt="none"))["state"] == "the-state"

    def test_weak_sends_it_with_neither(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(state_dropped=True))

        assert scene.answer(scene.log_in()).keys() == {"code", "iss"}
        assert "state" not in scene.answer(scene.authorize(prompt="none"))


class TestIssMissing:
    def test_hardened_names_itself_and_promises_to(self, scene: Scene) -> None:
        assert scene.answer(scene.log_in())["iss"] == scene.ISSUER
        assert metadata(scene)["authorization_response_iss_parameter_supported"] is True

    def test_weak_does_not_and_does_not_promise_to(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(iss_missing=True))

        assert scene.answer(scene.log_in()).keys() == {"code", "state"}
        assert metadata(scene)["authorization_response_iss_parameter_supported"] is False


class TestResponseModeUnregisteredAccepted:
    @pytest.mark.parametrize("mode", ["fragment", "form_post"])
    def test_hardened_refuses_what_the_client_has_not_registered(
        self, scene: Scene, mode: str
    ) -> None:
        answer = scene.answer(scene.authorize(response_mode=mode))

        assert answer["error"] == "invalid_request"

    def test_weak_puts_the_code_into_the_fragment(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(response_mode_unregistered_accepted=True))

        location = scene.log_in(response_mode="fragment").header("location")

        assert "code" in fragment(location)
        assert "?" not in location

    def test_weak_posts_the_code_in_a_form(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(response_mode_unregistered_accepted=True))

        page = scene.log_in(response_mode="form_post")

        assert 'name="code"' in page.text
        assert f'action="{scene.PUBLIC.redirect_uris[0]}"' in page.text

    def test_weak_knows_no_more_modes_than_hardened(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(response_mode_unregistered_accepted=True))

        answer = scene.answer(scene.authorize(response_mode="web_message"))

        assert answer["error"] == "invalid_request"


class TestImplicitFlowAccepted:
    def test_hardened_refuses_it_and_does_not_offer_it(self, scene: Scene) -> None:
        answer = scene.answer(scene.authorize(**IMPLICIT))

        assert answer["error"] == "unsupported_response_type"
        assert metadata(scene)["response_types_supported"] == ["code", "code id_token"]

    def test_weak_sends_a_token_that_opens_userinfo(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(implicit_flow_accepted=True))

        answer = fragment(scene.log_in(**IMPLICIT).header("location"))

        assert answer.keys() == {
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "state",
            "iss",
        }
        assert scene.userinfo(answer["access_token"]).json()["sub"] == "sub-alice"
        assert metadata(scene)["response_types_supported"] == ["code", "code id_token", "token"]

    def test_weak_never_sends_a_token_in_the_query(self, make_scene: MakeScene) -> None:
        scene = make_scene(
            Policy(implicit_flow_accepted=True, response_mode_unregistered_accepted=True)
        )

        answer = scene.answer(scene.authorize(**IMPLICIT, response_mode="query"))

        assert answer["error"] == "invalid_request"

    def test_weak_still_wants_a_challenge_for_a_code(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(implicit_flow_accepted=True))

        answer = scene.answer(scene.authorize(**{**IMPLICIT, "response_type": "code"}))

        assert answer["error"] == "invalid_request"


class TestSignInRedirectedWith307:
    def sign_in_again(self, scene: Scene) -> int:
        """The status of the redirect that answers a password: consent is given already."""
        scene.log_in(**scene.WEB)
        return scene.browser.sign_in(scene.authorize(**scene.WEB, prompt="login")).status

    def test_hardened_makes_the_browser_forget_the_form(self, scene: Scene) -> None:
        assert self.sign_in_again(scene) == 303

    def test_weak_makes_it_repeat_the_form(self, make_scene: MakeScene) -> None:
        assert self.sign_in_again(make_scene(Policy(sign_in_redirected_with_307=True))) == 307

    def test_weak_redirects_everything_else_as_before(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(sign_in_redirected_with_307=True))

        assert scene.log_in().status == 303
        assert scene.authorize(prompt="none").status == 303
