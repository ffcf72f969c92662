from __future__ import annotations

from typing import TYPE_CHECKING

from tests.victim.identity_provider.request_attacks import HOME, PUSHER

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene


def test_the_redirect_uri_comes_first_and_only_then_the_way_the_request_came(scene: Scene) -> None:
    scene.provider.register(PUSHER)

    foreign = scene.authorize(client_id=PUSHER.client_id, redirect_uri="https://evil.test/cb")
    own = scene.authorize(client_id=PUSHER.client_id, redirect_uri=HOME)

    assert (foreign.status, foreign.header("location")) == (400, "")
    assert scene.answer(own)["error"] == "invalid_request"
