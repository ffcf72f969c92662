from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jws

from tests.victim.identity_provider.key_holder import unsigned
from tests.victim.identity_provider.request_attacks import (
    HOME,
    HONEST,
    SIGNER,
    THIEF,
    carrying,
    object_claims,
)

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.provider.register(SIGNER)
    return scene


def signed(scene: Scene, **overrides: Any) -> dict[str, Any]:
    return carrying(HONEST.sign({}, object_claims(scene, **overrides)))


def test_a_signed_request_is_answered_as_if_its_parameters_stood_in_the_query(scene: Scene) -> None:
    answer = scene.answer(scene.log_in(**signed(scene)))

    assert (answer["state"], answer["iss"]) == ("the-state", scene.ISSUER)
    where = {"client_id": SIGNER.client_id, "redirect_uri": HOME}
    tokens = scene.token(code=answer["code"], **where).json()
    assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"


def test_a_signed_request_can_be_pushed(scene: Scene) -> None:
    response = scene.push(**signed(scene))
    reference = response.json()["request_uri"]

    page = scene.authorize(**{**carrying(""), "request": None, "request_uri": reference})

    assert response.status == 201
    assert 'name="password"' in page.text


def test_a_forged_request_cannot(scene: Scene) -> None:
    response = scene.push(**carrying(THIEF.sign({}, object_claims(scene))))

    assert (response.status, response.json()["error"]) == (400, "invalid_request_object")


@pytest.mark.parametrize("value", [300, "300"])
def test_a_number_may_be_one(scene: Scene, value: object) -> None:
    scene.log_in(**signed(scene))
    scene.pass_time(301)

    assert 'name="password"' in scene.authorize(**signed(scene, max_age=value)).text


def test_half_a_character_is_no_reason_to_fail(scene: Scene) -> None:
    claims = json.dumps(object_claims(scene, state="\ud800"))
    token = jws.serialize_compact({"alg": "ES256"}, claims, HONEST.key)

    answer = scene.answer(scene.log_in(**carrying(token)))

    assert answer["state"] == "?"


@pytest.mark.parametrize(
    "overrides",
    [
        {"iss": None},
        {"iss": "public-app"},
        {"aud": None},
        {"aud": "https://other.test"},
        {"client_id": None},
        {"client_id": "public-app"},
        {"exp": 999_000},
    ],
)
def test_an_object_for_another_place_or_time_is_refused(
    scene: Scene, overrides: dict[str, Any]
) -> None:
    answer = scene.answer(scene.authorize(**signed(scene, **overrides)))

    assert (answer["error"], answer["state"]) == ("invalid_request_object", "the-state")


@pytest.mark.parametrize("forge", [unsigned, THIEF.sign])
def test_a_refusal_goes_to_no_other_place_than_the_client_has_registered(
    scene: Scene, forge: Any
) -> None:
    own = scene.authorize(**carrying(forge({}, object_claims(scene))))
    foreign = object_claims(scene, redirect_uri="https://evil.test/cb")
    evil = scene.authorize(**carrying(forge({}, foreign)))

    assert scene.answer(own)["error"] == "invalid_request_object"
    assert (evil.status, evil.header("location")) == (400, "")


@pytest.mark.parametrize("token", ["x", "e30.e30.", "a.b.c"])
def test_what_is_no_object_stays_on_a_page(scene: Scene, token: str) -> None:
    assert scene.authorize(**carrying(token)).status == 400


@pytest.mark.parametrize("name", ["request", "request_uri"])
def test_an_object_refers_to_no_other(scene: Scene, name: str) -> None:
    answer = scene.answer(scene.authorize(**signed(scene, **{name: "x"})))

    assert answer["error"] == f"{name}_not_supported"


def test_nothing_beside_the_object_counts(scene: Scene) -> None:
    beside = {"state": "evil", "prompt": "none", "response_type": "token"}

    answer = scene.answer(scene.log_in(**{**signed(scene), **beside}))

    assert answer.keys() == {"code", "state", "iss"}
    assert answer["state"] == "the-state"


def test_a_repeated_object_is_refused(scene: Scene) -> None:
    carried = signed(scene)

    assert scene.authorize(("request", carried["request"]), **carried).status == 400


def test_who_has_a_key_is_told_to_use_it(scene: Scene) -> None:
    answer = scene.answer(scene.authorize(client_id=SIGNER.client_id, redirect_uri=HOME))

    assert answer["error"] == "invalid_request"


def test_who_has_none_is_told_that_objects_are_not_for_it(scene: Scene) -> None:
    token = HONEST.sign({}, object_claims(scene, client_id="public-app", iss="public-app"))

    assert scene.answer(scene.authorize(request=token))["error"] == "request_not_supported"
