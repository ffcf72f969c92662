from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.victim.identity_provider import attacks
from tests.victim.identity_provider.attacks import HYBRID
from victim.identity_provider import Policy, Request
from victim.identity_provider.tokens import half_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response

    type MakeScene = Callable[[Policy], Scene]

YEAR = 365 * 24 * 3600


def claims(scene: Scene) -> dict[str, Any]:
    return verified(scene, scene.tokens()["id_token"])


def verified(scene: Scene, token: str) -> dict[str, Any]:
    keys = scene.provider.handle(Request.parse("GET", "/demo/jwks")).json()
    return dict(jwt.decode(token, KeySet.import_key_set(keys), ["RS256"]).claims)


def ask_in_the_url(scene: Scene, token: str, *headers: tuple[str, str]) -> Response:
    query = f"access_token={token}"
    return scene.provider.handle(Request.parse("GET", "/demo/userinfo", query, headers))


class TestNonceIgnored:
    def test_hardened_repeats_it(self, scene: Scene) -> None:
        assert claims(scene)["nonce"] == "the-nonce"

    def test_weak_says_everything_else(self, make_scene: MakeScene, scene: Scene) -> None:
        weak = claims(make_scene(Policy(nonce_ignored=True)))

        assert claims(scene).keys() - weak.keys() == {"nonce"}


class TestCHashMissing:
    def claims(self, scene: Scene) -> tuple[str, dict[str, Any]]:
        """The code of a hybrid answer, and what the ID token beside it states."""
        scene.provider.register(HYBRID)
        where = {"client_id": HYBRID.client_id, "redirect_uri": HYBRID.redirect_uris[0]}
        response = scene.log_in(response_type="code id_token", **where)
        answer = dict(parse_qsl(urlsplit(response.header("location")).fragment))
        return answer["code"], verified(scene, answer["id_token"])

    def test_hardened_names_the_code(self, scene: Scene) -> None:
        code, claims = self.claims(scene)

        assert claims["c_hash"] == half_hash(code)

    def test_weak_says_everything_else(self, make_scene: MakeScene, scene: Scene) -> None:
        _, weak = self.claims(make_scene(Policy(c_hash_missing=True)))
        _, hardened = self.claims(scene)

        assert hardened.keys() - weak.keys() == {"c_hash"}


class TestAccessTokenNeverExpires:
    def test_hardened_refuses_it_after_its_end(self, scene: Scene) -> None:
        tokens = scene.tokens()
        scene.pass_time(int(tokens["expires_in"]))

        assert scene.userinfo(tokens["access_token"]).status == 401

    def test_weak_accepts_it_for_ever(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(access_token_never_expires=True))
        tokens = scene.tokens()
        scene.pass_time(YEAR)
        scene.tokens(browser=scene.new_browser())

        assert tokens["expires_in"] == 3600
        assert scene.userinfo(tokens["access_token"]).status == 200


class TestQueryTokenAccepted:
    def test_hardened_does_not_look_at_it(self, scene: Scene) -> None:
        assert ask_in_the_url(scene, scene.tokens()["access_token"]).status == 401

    def test_weak_opens_the_data_of_the_user(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(query_token_accepted=True))

        response = ask_in_the_url(scene, scene.tokens()["access_token"])

        assert response.json()["sub"] == "sub-alice"

    def test_weak_still_looks_at_the_token(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(query_token_accepted=True))
        token = scene.tokens()["access_token"]

        assert ask_in_the_url(scene, "made-up").status == 401
        assert ask_in_the_url(scene, token, ("Authorization", "Bearer made-up")).status == 401


class TestTokenOfAnotherResourceAccepted:
    def test_hardened_refuses_it_as_an_invalid_token(self, scene: Scene) -> None:
        assert not attacks.uses_a_token_for_another_resource(scene)

    def test_weak_opens_the_data_of_the_user(self, make_scene: MakeScene) -> None:
        scene = make_scene(Policy(token_of_another_resource_accepted=True))

        assert attacks.uses_a_token_for_another_resource(scene)
