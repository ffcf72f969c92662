from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response


def basic(client_id: str, secret: str) -> tuple[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Authorization", f"Basic {b64encode(pair.encode()).decode()}"


def assert_invalid_client(response: Response) -> None:
    assert (response.status, response.json()["error"]) == (401, "invalid_client")
    assert response.header("www-authenticate").startswith("Basic ")
    assert response.header("cache-control") == "no-store"


@pytest.fixture
def secret(scene: Scene) -> str:
    assert scene.CONFIDENTIAL.secret
    return scene.CONFIDENTIAL.secret


def test_a_confidential_client_may_post_its_secret(scene: Scene, secret: str) -> None:
    response = scene.token(code=scene.code(**scene.WEB), client_secret=secret, **scene.WEB)

    assert response.status == 200


@pytest.mark.parametrize("client_id", [None, "web-app"])
def test_a_confidential_client_may_use_basic(
    scene: Scene, secret: str, client_id: str | None
) -> None:
    parameters: dict[str, str | None] = {**scene.WEB, "client_id": client_id}

    response = scene.token(basic("web-app", secret), code=scene.code(**scene.WEB), **parameters)

    assert response.status == 200


@pytest.mark.parametrize("wrong", [None, "", "wrong", "a secret"])
def test_a_wrong_or_missing_posted_secret_is_refused_and_burns_nothing(
    scene: Scene, secret: str, wrong: str | None
) -> None:
    code = scene.code(**scene.WEB)

    assert_invalid_client(scene.token(code=code, client_secret=wrong, **scene.WEB))
    assert scene.token(code=code, client_secret=secret, **scene.WEB).status == 200


@pytest.mark.parametrize(
    "header",
    [
        basic("web-app", "wrong"),
        basic("web-app", ""),
        basic("unknown", "wrong"),
        ("Authorization", "Basic not-base64!"),
        ("Authorization", "Basic /////w=="),
        ("Authorization", f"Basic {b64encode(b'no colon').decode()}"),
        ("Authorization", "Bearer abc"),
        ("Authorization", "Basic"),
    ],
)
def test_a_wrong_authorization_header_is_refused(scene: Scene, header: tuple[str, str]) -> None:
    parameters: dict[str, str | None] = {**scene.WEB, "client_id": None}

    assert_invalid_client(scene.token(header, code=scene.code(**scene.WEB), **parameters))


@pytest.mark.parametrize(("before", "after"), [("Basic ", "Digest "), ("Basic ", "Basic !")])
def test_the_right_secret_in_a_wrong_header_is_refused(
    scene: Scene, secret: str, before: str, after: str
) -> None:
    name, value = basic("web-app", secret)
    parameters: dict[str, str | None] = {**scene.WEB, "client_id": None}
    header = (name, value.replace(before, after))

    assert_invalid_client(scene.token(header, code=scene.code(**scene.WEB), **parameters))


def test_a_public_client_must_not_send_a_secret(scene: Scene) -> None:
    code = scene.code()

    assert_invalid_client(scene.token(code=code, client_secret="anything"))
    assert_invalid_client(scene.token(basic("public-app", ""), code=code))
    assert scene.token(code=code).status == 200


@pytest.mark.parametrize("client_id", [None, "", "unknown"])
def test_an_unknown_client_is_refused(scene: Scene, client_id: str | None) -> None:
    assert_invalid_client(scene.token(code=scene.code(), client_id=client_id))


def test_two_methods_at_once_are_refused(scene: Scene, secret: str) -> None:
    response = scene.token(basic("web-app", secret), code="x", client_secret=secret, **scene.WEB)

    assert (response.status, response.json()["error"]) == (400, "invalid_request")


def test_a_client_id_that_contradicts_the_header_is_refused(scene: Scene, secret: str) -> None:
    response = scene.token(basic("web-app", secret), code="x", client_id="public-app")

    assert (response.status, response.json()["error"]) == (400, "invalid_request")
