"""Attacks on what binds a code or a token more strongly than PKCE does.

Each takes a scene and says whether it has succeeded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.victim.identity_provider.key_holder import KeyHolder

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

HONEST, THIEF = KeyHolder(), KeyHolder()


def redeems_without_the_key(scene: Scene) -> bool:
    return scene.token(code=scene.code(dpop_jkt=HONEST.jkt)).status == 200


def redeems_with_another_key(scene: Scene) -> bool:
    code = scene.code(dpop_jkt=HONEST.jkt)
    return scene.token(THIEF.proof(scene), code=code).status == 200


def uses_a_bound_token_as_its_bearer(scene: Scene) -> bool:
    tokens = scene.token(HONEST.proof(scene), code=scene.code(dpop_jkt=HONEST.jkt)).json()
    return scene.userinfo(tokens["access_token"]).status == 200
