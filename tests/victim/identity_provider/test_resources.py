from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.victim.identity_provider.attacks import CALLER

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

API = CALLER.resources[0]
WHERE: dict[str, Any] = {
    "client_id": CALLER.client_id,
    "redirect_uri": CALLER.redirect_uris[0],
}


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.provider.register(CALLER)
    return scene


def test_a_token_is_for_userinfo_unless_another_resource_is_named(scene: Scene) -> None:
    tokens = scene.token(code=scene.code(**WHERE), **WHERE).json()

    assert scene.userinfo(tokens["access_token"]).status == 200


def test_a_token_for_another_resource_is_invalid_at_userinfo(scene: Scene) -> None:
    tokens = scene.token(code=scene.code(**WHERE), resource=API, **WHERE).json()

    response = scene.userinfo(tokens["access_token"])
    assert (response.status, response.json()["error"]) == (401, "invalid_token")


def test_each_refresh_says_anew_what_its_token_is_for(scene: Scene) -> None:
    first = scene.token(code=scene.code(**WHERE), resource=API, **WHERE).json()
    second = scene.refresh(first["refresh_token"], client_id=CALLER.client_id).json()
    third = scene.refresh(second["refresh_token"], client_id=CALLER.client_id, resource=API).json()

    assert scene.userinfo(second["access_token"]).status == 200
    assert scene.userinfo(third["access_token"]).status == 401


def test_a_resource_that_the_client_has_not_registered_is_refused_and_burns_nothing(
    scene: Scene,
) -> None:
    code = scene.code(**WHERE)

    refused = scene.token(code=code, resource="https://other.test", **WHERE)

    assert (refused.status, refused.json()["error"]) == (400, "invalid_target")
    assert scene.token(code=code, **WHERE).status == 200


def test_one_token_is_for_one_resource(scene: Scene) -> None:
    body = f"grant_type=authorization_code&client_id=api-app&resource={API}&resource={API}"

    assert scene.post_token(body).json()["error"] == "invalid_request"
