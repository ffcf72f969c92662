from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider.messages import Request

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene


@pytest.mark.parametrize(
    ("overrides", "status", "error", "challenge"),
    [
        ({"client_id": None}, 401, "invalid_client", 'Basic realm="https://login.idp.test/demo"'),
        ({"code": "made-up"}, 400, "invalid_grant", ""),
    ],
)
def test_a_refusal_is_json_and_challenges_a_client_that_is_unknown(
    scene: Scene, overrides: dict[str, str | None], status: int, error: str, challenge: str
) -> None:
    response = scene.token(**{"code": "x", **overrides})

    assert (response.status, response.json()["error"]) == (status, error)
    assert response.json()["error_description"]
    assert response.header("www-authenticate") == challenge


def test_the_caller_is_who_proves_to_be_it(scene: Scene) -> None:
    code = scene.code(**scene.WEB)
    secret = scene.CONFIDENTIAL.secret

    assert scene.token(code=code, client_secret="wrong", **scene.WEB).status == 401
    assert scene.token(code=code, client_secret=secret, **scene.WEB).status == 200


def test_a_program_that_uses_another_method_is_told_so_as_json(scene: Scene) -> None:
    response = scene.provider.handle(Request.parse("GET", "/demo/token", "code=x"))

    assert (response.status, response.header("allow")) == (405, "POST")
    assert response.json()["error"] == "invalid_request"
