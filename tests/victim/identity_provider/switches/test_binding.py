"""The switches of DPoP: weak and hardened twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.victim.identity_provider.key_holder import KeyHolder
from victim.identity_provider import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

    type MakeScene = Callable[[Policy], Scene]

HOLDER, OTHER = KeyHolder(), KeyHolder()


class TestDpopJktIgnored:
    def test_hardened_refuses_a_code_without_its_key(self, scene: Scene) -> None:
        assert scene.token(code=scene.code(dpop_jkt=HOLDER.jkt)).status == 400

    def test_weak_lets_the_thief_of_a_token_request_redeem_it(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(dpop_jkt_ignored=True))

        tokens = scene.token(code=scene.code(dpop_jkt=HOLDER.jkt)).json()

        assert tokens["token_type"] == "Bearer"
        assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"

    def test_weak_still_looks_at_a_proof(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(dpop_jkt_ignored=True))
        code = scene.code(dpop_jkt=HOLDER.jkt)

        assert scene.token(OTHER.proof(scene, htm="GET"), code=code).status == 400

    def test_weak_still_binds_tokens(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(dpop_jkt_ignored=True))
        code = scene.code(dpop_jkt=HOLDER.jkt)

        tokens = scene.token(HOLDER.proof(scene), code=code).json()

        assert scene.userinfo(tokens["access_token"]).status == 401


class TestDpopProofOptionalAtUserinfo:
    def test_hardened_refuses_a_bearer(self, scene: Scene) -> None:
        tokens = scene.token(HOLDER.proof(scene), code=scene.code()).json()

        assert scene.userinfo(tokens["access_token"]).status == 401

    def test_weak_opens_to_whoever_has_the_token(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(dpop_proof_optional_at_userinfo=True))
        token = scene.token(HOLDER.proof(scene), code=scene.code()).json()["access_token"]

        for scheme in ("Bearer", "DPoP"):
            assert scene.userinfo(token, scheme=scheme).json()["sub"] == "sub-alice"

    def test_weak_still_looks_at_a_proof(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(dpop_proof_optional_at_userinfo=True))
        token = scene.token(HOLDER.proof(scene), code=scene.code()).json()["access_token"]
        proof = OTHER.proof(scene, "userinfo", access_token=token)

        assert scene.userinfo(token, proof, scheme="DPoP").status == 401
