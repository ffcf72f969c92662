from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from victim.identity_provider import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response

HOUR = 3600


def refresh(scene: Scene, tokens: dict[str, Any], client: str) -> Response:
    secret = scene.CONFIDENTIAL.secret if client == "web-app" else None
    return scene.refresh(tokens["refresh_token"], client_id=client, client_secret=secret)


def first_tokens(scene: Scene, client: str) -> dict[str, Any]:
    if client != "web-app":
        return scene.tokens()
    secret = scene.CONFIDENTIAL.secret
    response = scene.token(code=scene.code(**scene.WEB), client_secret=secret, **scene.WEB)
    return dict(response.json())


@pytest.mark.parametrize("client", ["public-app", "web-app"])
def test_an_unused_token_lasts_a_day(scene: Scene, client: str) -> None:
    in_time, late = first_tokens(scene, client), first_tokens(scene, client)

    scene.pass_time(24 * HOUR - 1)
    assert refresh(scene, in_time, client).status == 200

    scene.pass_time(1)
    response = refresh(scene, late, client)
    assert (response.status, response.json()["error"]) == (400, "invalid_grant")


def test_that_of_a_public_client_ends_a_day_after_the_login_however_often_it_is_used(
    scene: Scene,
) -> None:
    tokens = first_tokens(scene, "public-app")
    for _ in range(3):
        scene.pass_time(7 * HOUR)
        tokens = refresh(scene, tokens, "public-app").json()
    scene.pass_time(3 * HOUR)

    assert refresh(scene, tokens, "public-app").json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("client", "policy"),
    [
        ("web-app", Policy()),
        ("web-app", Policy(refresh_token_not_rotated=True)),
        ("public-app", Policy(refresh_token_lifetime_renewed=True)),
        (
            "public-app",
            Policy(refresh_token_lifetime_renewed=True, refresh_token_not_rotated=True),
        ),
    ],
)
def test_others_last_as_long_as_they_are_used(
    make_scene: Callable[[Policy], Scene], client: str, policy: Policy
) -> None:
    scene = make_scene(policy)
    tokens = first_tokens(scene, client)
    for _ in range(6):
        scene.pass_time(23 * HOUR)
        tokens = refresh(scene, tokens, client).json()

    assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"
