from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.victim.identity_provider.request_attacks import HOME, PUSHER
from tests.victim.identity_provider.test_client_authentication import basic
from victim.identity_provider import Request

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

PREFIX = "urn:ietf:params:oauth:request_uri:"


def test_a_push_is_answered_with_a_reference_and_its_end(scene: Scene) -> None:
    response = scene.push()

    assert (response.status, response.header("cache-control")) == (201, "no-store")
    assert response.json().keys() == {"request_uri", "expires_in"}
    assert response.json()["request_uri"].startswith(PREFIX)
    assert response.json()["expires_in"] == 60


def test_the_reference_is_learned_before_it_can_be_seen_and_never_the_same(scene: Scene) -> None:
    references = [scene.push().json()["request_uri"] for _ in range(2)]

    assert [value for kind, value in scene.learned if kind == "request_uri"] == references
    assert len(set(references)) == 2
    assert all(len(each) >= len(PREFIX) + 43 for each in references)


def test_a_pushed_request_is_answered_as_if_the_browser_had_carried_it(scene: Scene) -> None:
    answer = scene.answer(scene.log_in(**scene.pushed()))

    assert (answer["state"], answer["iss"]) == ("the-state", scene.ISSUER)
    tokens = scene.token(code=answer["code"]).json()
    assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"


def test_a_confidential_client_shows_its_secret(scene: Scene) -> None:
    secret = scene.CONFIDENTIAL.secret or ""

    for wrong in (None, "wrong"):
        assert scene.push(client_secret=wrong, **scene.WEB).status == 401
    assert scene.push(client_secret=secret, **scene.WEB).status == 201
    assert scene.push(basic("web-app", secret), **scene.WEB).status == 201


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"client_id": None}, "invalid_client"),
        ({"client_id": "unknown"}, "invalid_client"),
        ({"redirect_uri": "https://evil.test/cb"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "unheard-of"}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": f"{PREFIX}x"}, "invalid_request"),
        ({"request_uri": "https://evil.test/"}, "invalid_request"),
    ],
)
def test_what_the_browser_could_not_ask_for_cannot_be_pushed(
    scene: Scene, overrides: dict[str, Any], error: str
) -> None:
    response = scene.push(**overrides)

    assert response.status == (401 if error == "invalid_client" else 400)
    assert response.json()["error"] == error


def test_a_push_is_a_form_and_its_query_counts_for_nothing(scene: Scene) -> None:
    json = Request.parse("POST", "/demo/par", "", (("Content-Type", "application/json"),), b"{}")
    in_query = Request.parse("POST", "/demo/par", "client_id=public-app")

    for request in (json, in_query):
        assert scene.provider.handle(request).json()["error"] == "invalid_request"


def test_a_reference_lasts_a_minute(scene: Scene) -> None:
    early, late = scene.pushed(), scene.pushed()
    scene.pass_time(59)
    assert 'name="password"' in scene.authorize(**early).text

    scene.pass_time(1)
    assert scene.authorize(**late).status == 400


def test_the_login_that_a_reference_has_begun_may_take_longer(scene: Scene) -> None:
    page = scene.authorize(**scene.pushed())
    scene.pass_time(300)

    assert "code" in scene.answer(scene.browser.decide(scene.browser.sign_in(page)))


@pytest.mark.parametrize(
    "bend",
    [
        {"request_uri": f"{PREFIX}made-up"},
        {"request_uri": PREFIX},
        {"client_id": "web-app"},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_a_reference_that_does_not_fit_stays_on_a_page_and_ends_nothing(
    scene: Scene, bend: dict[str, Any]
) -> None:
    carried = scene.pushed()
    response = scene.authorize(**{**carried, "redirect_uri": HOME, **bend})

    assert (response.status, response.header("location")) == (400, "")
    assert "code" in scene.answer(scene.log_in(**carried))


@pytest.mark.parametrize("name", ["client_id", "request_uri"])
def test_a_repeated_reference_is_refused(scene: Scene, name: str) -> None:
    carried = scene.pushed()

    assert scene.authorize((name, carried[name]), **carried).status == 400
    assert "code" in scene.answer(scene.log_in(**carried))


def test_nothing_beside_the_reference_counts(scene: Scene) -> None:
    beside = {"state": "evil", "prompt": "none", "response_type": "token", "request": "x"}

    answer = scene.answer(scene.log_in(**{**scene.pushed(), **beside}))

    assert answer.keys() == {"code", "state", "iss"}
    assert answer["state"] == "the-state"


def test_a_client_that_has_to_push_can(scene: Scene) -> None:
    scene.provider.register(PUSHER)
    carried = scene.pushed(client_id=PUSHER.client_id, redirect_uri=HOME)

    assert "code" in scene.answer(scene.log_in(**carried))


def test_a_client_that_has_to_push_is_told_so(scene: Scene) -> None:
    scene.provider.register(PUSHER)

    answer = scene.answer(scene.authorize(client_id=PUSHER.client_id, redirect_uri=HOME))

    assert (answer["error"], answer["state"]) == ("invalid_request", "the-state")
