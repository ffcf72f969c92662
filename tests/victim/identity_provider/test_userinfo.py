from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import Request

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response


def ask(scene: Scene, authorization: str, method: str = "GET") -> Response:
    headers = (("Authorization", authorization),) if authorization else ()
    return scene.provider.handle(Request.parse(method, "/demo/userinfo", "", headers))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_bearer_reads_who_granted_the_token(scene: Scene, method: str, scheme: str) -> None:
    response = ask(scene, f"{scheme} {scene.tokens()['access_token']}", method)

    assert response.status == 200
    assert response.header("cache-control") == "no-store"
    assert response.json() == {
        "sub": "sub-alice",
        "name": "Alice Example",
        "preferred_username": "alice",
        "email": "alice@example.test",
        "email_verified": True,
    }


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", {"sub"}),
        ("openid profile", {"sub", "name", "preferred_username"}),
        ("openid email", {"sub", "email", "email_verified"}),
    ],
)
def test_each_scope_opens_its_own_claims(scene: Scene, scope: str, claims: set[str]) -> None:
    token = scene.tokens(scope=scope)["access_token"]

    assert set(scene.userinfo(token).json()) == claims


def test_no_token_is_a_challenge_without_an_error(scene: Scene) -> None:
    response = ask(scene, "")

    assert response.status == 401
    assert response.header("www-authenticate") == f'Bearer realm="{scene.ISSUER}"'


@pytest.mark.parametrize("authorization", ["Bearer made-up", "Bearer", "Bearer a b", "Basic YTpi"])
def test_a_wrong_token_is_refused(scene: Scene, authorization: str) -> None:
    response = ask(scene, authorization)

    assert response.status == 401
    assert 'error="invalid_token"' in response.header("www-authenticate")
    assert "sub" not in response.json()


@pytest.mark.parametrize("kind", ["refresh_token", "id_token"])
def test_another_kind_of_token_is_refused(scene: Scene, kind: str) -> None:
    assert scene.userinfo(scene.tokens()[kind]).status == 401


def test_a_token_in_the_url_is_not_looked_at(scene: Scene) -> None:
    query = f"access_token={scene.tokens()['access_token']}"

    assert scene.provider.handle(Request.parse("GET", "/demo/userinfo", query)).status == 401


def test_an_expired_token_is_refused(scene: Scene) -> None:
    token = scene.tokens()["access_token"]
    scene.pass_time(3599)
    assert scene.userinfo(token).status == 200
    scene.pass_time(1)

    assert scene.userinfo(token).status == 401


def test_a_token_without_the_openid_scope_is_refused(scene: Scene) -> None:
    response = scene.userinfo(scene.tokens(scope="profile")["access_token"])

    assert response.status == 403
    assert 'error="insufficient_scope"' in response.header("www-authenticate")
