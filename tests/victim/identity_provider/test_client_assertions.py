from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.victim.identity_provider.key_holder import KeyHolder, unsigned
from tests.victim.identity_provider.test_client_authentication import (
    assert_invalid_client,
    basic,
)
from victim.identity_provider import Client, ClientType

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

HOLDER, OTHER = KeyHolder(), KeyHolder()
KEYED = Client(
    "keyed-app",
    "Keyed App",
    ClientType.CONFIDENTIAL,
    ("https://keyed.test/cb",),
    assertion_key=HOLDER.public_key,
)
WHERE: dict[str, Any] = {"client_id": KEYED.client_id, "redirect_uri": KEYED.redirect_uris[0]}
_SERIAL = count()


def assertion_of(scene: Scene, sign: Any = HOLDER.sign, **overrides: Any) -> dict[str, Any]:
    """An honest assertion, but for the overrides, as the parameters of a request."""
    claims = {
        "iss": KEYED.client_id,
        "sub": KEYED.client_id,
        "aud": scene.ISSUER,
        "jti": f"assertion {next(_SERIAL)}",
        "exp": scene.time[0] + 300,
        **overrides,
    }
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": sign({}, claims),
    }


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.provider.register(KEYED)
    return scene


@pytest.mark.parametrize("client_id", [None, KEYED.client_id])
def test_a_client_may_sign_who_it_is(scene: Scene, client_id: str | None) -> None:
    request = {**WHERE, "client_id": client_id, **assertion_of(scene)}

    assert scene.token(code=scene.code(**WHERE), **request).status == 200


def test_it_can_push_and_refresh_like_that(scene: Scene) -> None:
    carried = scene.pushed(**WHERE, **assertion_of(scene))
    code = scene.answer(scene.log_in(**carried))["code"]
    tokens = scene.token(code=code, **WHERE, **assertion_of(scene)).json()

    refreshed = scene.refresh(
        tokens["refresh_token"], client_id=KEYED.client_id, **assertion_of(scene)
    )

    assert scene.userinfo(refreshed.json()["access_token"]).status == 200


@pytest.mark.parametrize(
    "overrides",
    [
        {"iss": None},
        {"iss": "web-app"},
        {"aud": None},
        {"aud": "https://login.idp.test/demo/token"},
        {"aud": "https://other.test"},
        {"aud": ["https://login.idp.test/demo", "https://other.test"]},
        {"exp": None},
        {"exp": 1_000_700},
        {"exp": 999_000},
        {"jti": None},
        {"jti": ""},
        {"sign": OTHER.sign},
        {"sign": unsigned},
    ],
)
def test_an_assertion_for_another_place_or_time_is_refused_and_burns_nothing(
    scene: Scene, overrides: dict[str, Any]
) -> None:
    code = scene.code(**WHERE)

    assert_invalid_client(scene.token(code=code, **WHERE, **assertion_of(scene, **overrides)))
    assert scene.token(code=code, **WHERE, **assertion_of(scene)).status == 200


@pytest.mark.parametrize(
    "audience", ["https://login.idp.test/demo", ["https://login.idp.test/demo"]]
)
def test_the_issuer_alone_is_the_right_audience(scene: Scene, audience: object) -> None:
    request = assertion_of(scene, aud=audience)

    assert scene.token(code=scene.code(**WHERE), **WHERE, **request).status == 200


def test_an_assertion_counts_once(scene: Scene) -> None:
    assertion = assertion_of(scene)

    assert scene.token(code=scene.code(**WHERE), **WHERE, **assertion).status == 200
    for seconds in (0, 330):  # its clock may be slow: until a minute after its end it might count
        scene.pass_time(seconds)
        assert_invalid_client(scene.token(code=scene.code(**WHERE), **WHERE, **assertion))


def test_two_clients_may_count_their_assertions_alike(scene: Scene) -> None:
    scene.provider.register(replace(KEYED, client_id="twin"))
    first = assertion_of(scene, jti="1")
    second = assertion_of(scene, jti="1", iss="twin", sub="twin")
    twin = {**WHERE, "client_id": "twin"}

    assert scene.token(code=scene.code(**WHERE), **WHERE, **first).status == 200
    assert scene.token(code=scene.code(**twin), **twin, **second).status == 200


@pytest.mark.parametrize(
    "instead",
    [{}, {"client_secret": "x"}, {"client_assertion_type": "x"}, {"client_assertion": "x"}],
)
def test_nothing_else_will_do(scene: Scene, instead: dict[str, Any]) -> None:
    request = {**WHERE, **(assertion_of(scene) if "client_assertion_type" in instead else {})}

    assert_invalid_client(scene.token(code=scene.code(**WHERE), **{**request, **instead}))


def test_an_assertion_speaks_for_its_own_client_only(scene: Scene) -> None:
    response = scene.token(code="x", client_id="web-app", **assertion_of(scene))
    assert (response.status, response.json()["error"]) == (400, "invalid_request")

    for client_id in ("web-app", "public-app"):
        forged = assertion_of(scene, sub=client_id, iss=client_id)
        assert_invalid_client(scene.token(code="x", client_id=client_id, **forged))


@pytest.mark.parametrize("second", ["basic", "post"])
def test_two_methods_at_once_are_refused(scene: Scene, second: str) -> None:
    headers = [basic(KEYED.client_id, "x")] if second == "basic" else []
    secret = "x" if second == "post" else None

    response = scene.token(*headers, code="x", client_secret=secret, **WHERE, **assertion_of(scene))

    assert (response.status, response.json()["error"]) == (400, "invalid_request")
