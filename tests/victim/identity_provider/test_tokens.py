from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import KeySet

from victim.identity_provider import HARDENED, Request
from victim.identity_provider.tokens import Signer, half_hash

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene


def jwks(scene: Scene) -> dict[str, Any]:
    return dict(scene.provider.handle(Request.parse("GET", "/demo/jwks")).json())


def test_an_id_token_verifies_with_the_published_key_and_says_who_signed_in(scene: Scene) -> None:
    scene.log_in()
    scene.pass_time(100)
    tokens = scene.tokens()

    token = jwt.decode(tokens["id_token"], KeySet.import_key_set(jwks(scene)), ["RS256"])  # type: ignore[arg-type]

    assert token.claims == {
        "iss": "https://login.idp.test/demo",
        "sub": "sub-alice",
        "aud": "public-app",
        "iat": 1_000_100,
        "exp": 1_003_700,
        "auth_time": 1_000_000,
        "nonce": "the-nonce",
        "at_hash": half_hash(tokens["access_token"]),
    }
    assert token.header["kid"] == jwks(scene)["keys"][0]["kid"]


def test_there_is_no_nonce_when_none_was_sent(scene: Scene) -> None:
    token = scene.tokens(nonce=None)["id_token"]

    claims = jwt.decode(token, KeySet.import_key_set(jwks(scene)), ["RS256"]).claims  # type: ignore[arg-type]

    assert "nonce" not in claims


def test_the_published_key_is_the_public_half_only(scene: Scene) -> None:
    (key,) = jwks(scene)["keys"]

    assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}


def test_the_half_hash_is_that_of_openid_connect_core_a_3() -> None:
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_a_signer_makes_its_own_key_and_keeps_it() -> None:
    signer = Signer("https://login.idp.test", None, HARDENED)

    assert signer.jwks() == signer.jwks()
    assert signer.jwks() != Signer("https://login.idp.test", None, HARDENED).jwks()
