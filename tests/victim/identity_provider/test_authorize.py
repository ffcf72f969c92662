from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

from tests.victim.identity_provider.attacks import HYBRID
from victim.identity_provider import Policy


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"client_id": None}, "not registered"),
        ({"client_id": ""}, "not registered"),
        ({"client_id": "unknown"}, "not registered"),
        ({"redirect_uri": None}, "names no redirect URI"),
        ({"redirect_uri": "https://evil.test/cb"}, "not one that the app has registered"),
        ({"redirect_uri": "http://localhost:5219/cb"}, "not one that the app has registered"),
        ({"redirect_uri": "http://localhost:5218/cb/"}, "not one that the app has registered"),
        ({"redirect_uri": "http://localhost:5218/cb?x=1"}, "not one that the app has registered"),
        ({"client_id": "web-app"}, "not one that the app has registered"),
    ],
)
def test_until_the_redirect_uri_is_trusted_errors_stay_on_a_page(
    scene: Scene, overrides: dict[str, Any], message: str
) -> None:
    response = scene.authorize(**overrides)

    assert response.status == 400
    assert message in response.text
    assert not response.header("location")


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_redirect_uri_stays_on_a_page(scene: Scene, name: str) -> None:
    value = {"client_id": "public-app", "redirect_uri": "http://localhost:5218/cb"}[name]

    response = scene.authorize((name, value))

    assert (response.status, response.header("location")) == (400, "")


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "unheard-of"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.test/"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "9" * 5000}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_afterwards_errors_go_to_the_client_with_state_and_iss(
    scene: Scene, overrides: dict[str, Any], error: str
) -> None:
    response = scene.authorize(**overrides)

    answer = scene.answer(response)
    assert response.header("location").startswith("http://localhost:5218/cb?")
    assert answer["error"] == error
    assert (answer["state"], answer["iss"]) == ("the-state", scene.ISSUER)
    assert "code" not in answer


@pytest.mark.parametrize("name", ["code_challenge", "scope", "nonce", "unknown"])
def test_a_repeated_parameter_is_refused(scene: Scene, name: str) -> None:
    answer = scene.answer(scene.authorize((name, "x"), (name, "x")))

    assert answer["error"] == "invalid_request"
    assert answer["state"] == "the-state"


def test_a_repeated_state_is_not_sent_back(scene: Scene) -> None:
    answer = scene.answer(scene.authorize(("state", "another")))

    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_a_success_carries_code_state_and_iss_and_nothing_else(scene: Scene) -> None:
    answer = scene.answer(scene.log_in())

    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("the-state", scene.ISSUER)


def test_a_request_without_state_gets_none_back(scene: Scene) -> None:
    assert set(scene.answer(scene.log_in(state=None))) == {"code", "iss"}


@pytest.mark.parametrize(
    "redirect_uri", ["http://127.0.0.1:49152/cb", "com.example.app:/cb", "http://localhost:5218/cb"]
)
def test_the_code_goes_to_the_redirect_uri_of_the_request(scene: Scene, redirect_uri: str) -> None:
    response = scene.log_in(redirect_uri=redirect_uri)

    assert response.header("location").startswith(f"{redirect_uri}?code=")


class TestHybrid:
    """A code and an ID token at once (OpenID Connect Core section 3.3)."""

    @pytest.fixture
    def where(self, scene: Scene) -> dict[str, Any]:
        scene.provider.register(HYBRID)
        return {"client_id": HYBRID.client_id, "redirect_uri": HYBRID.redirect_uris[0]}

    @pytest.mark.parametrize("response_type", ["code id_token", "id_token code"])
    def test_both_come_in_the_fragment(
        self, scene: Scene, where: dict[str, Any], response_type: str
    ) -> None:
        response = scene.log_in(response_type=response_type, **where)

        parts = urlsplit(response.header("location"))
        answer = dict(parse_qsl(parts.fragment))
        assert parts.query == ""
        assert answer.keys() == {"code", "id_token", "state", "iss"}
        assert ("id_token", answer["id_token"]) in scene.learned
        assert scene.token(code=answer["code"], **where).status == 200

    @pytest.mark.parametrize(
        ("overrides", "error"),
        [
            ({"nonce": None}, "invalid_request"),
            ({"scope": "profile"}, "invalid_scope"),
            ({"code_challenge": None}, "invalid_request"),
            ({"response_mode": "query"}, "invalid_request"),
        ],
    )
    def test_what_makes_it_sound_is_required(
        self, scene: Scene, where: dict[str, Any], overrides: dict[str, Any], error: str
    ) -> None:
        response = scene.authorize(response_type="code id_token", **where, **overrides)

        assert scene.answer(response)["error"] == error

    def test_the_client_may_still_ask_for_the_code_alone(
        self, scene: Scene, where: dict[str, Any]
    ) -> None:
        assert scene.answer(scene.log_in(**where)).keys() == {"code", "state", "iss"}


def test_unknown_scopes_are_left_out(scene: Scene) -> None:
    assert scene.tokens(scope="openid profile unheard-of")["scope"] == "openid profile"


class TestPkceOptional:
    def test_hardened_refuses_to_begin_without_a_challenge(self, scene: Scene) -> None:
        response = scene.authorize(code_challenge=None, code_challenge_method=None)

        assert scene.answer(response)["error"] == "invalid_request"

    def test_weak_issues_a_code_that_opens_by_itself(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(pkce_optional=True))
        code = scene.code(code_challenge=None, code_challenge_method=None)

        assert scene.token(code=code, code_verifier=None).status == 200

    def test_weak_still_holds_a_client_to_the_challenge_that_it_sent(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(pkce_optional=True))

        response = scene.token(code=scene.code(), code_verifier=None)

        assert (response.status, response.json()["error"]) == (400, "invalid_grant")


class TestPlainAccepted:
    def test_hardened_refuses_plain(self, scene: Scene) -> None:
        response = scene.authorize(code_challenge="v" * 43, code_challenge_method="plain")

        assert scene.answer(response)["error"] == "invalid_request"

    def test_weak_redeems_with_what_the_request_showed(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(plain_accepted=True))
        code = scene.code(code_challenge="v" * 43, code_challenge_method="plain")

        assert scene.token(code=code, code_verifier="v" * 43).status == 200
