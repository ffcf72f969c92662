from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from victim.identity_provider import DEMO, HARDENED, Policy, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene

OPENID = "/demo/.well-known/openid-configuration"
RFC_8414 = "/.well-known/oauth-authorization-server/demo"


def metadata(scene: Scene, path: str = OPENID) -> dict[str, Any]:
    response = scene.provider.handle(Request.parse("GET", path))
    assert response.status == 200
    return dict(response.json())


def test_both_well_known_places_say_the_same(scene: Scene) -> None:
    assert metadata(scene, OPENID) == metadata(scene, RFC_8414)


def test_the_document_names_the_issuer_and_the_endpoints(scene: Scene) -> None:
    document, provider = metadata(scene), scene.provider

    assert document["issuer"] == provider.issuer == "https://login.idp.test/demo"
    assert document["authorization_endpoint"] == provider.authorization_endpoint
    assert document["token_endpoint"] == provider.token_endpoint
    assert document["userinfo_endpoint"] == provider.userinfo_endpoint
    pushing = provider.pushed_authorization_request_endpoint
    assert document["pushed_authorization_request_endpoint"] == pushing


@pytest.mark.parametrize(
    "name",
    [
        "authorization_endpoint",
        "pushed_authorization_request_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
    ],
)
def test_every_endpoint_that_is_named_exists(scene: Scene, name: str) -> None:
    path = metadata(scene)[name].removeprefix("https://login.idp.test")

    assert scene.provider.handle(Request.parse("GET", path)).status != 404


@pytest.mark.parametrize(
    ("policy", "methods"),
    [
        (HARDENED, ["S256"]),
        (DEMO, ["S256", "plain"]),
        (Policy(plain_accepted=True), ["S256", "plain"]),
        (Policy(pkce_optional=True), ["S256"]),
    ],
)
def test_the_challenge_methods_are_those_of_the_policy(
    make_scene: Callable[[Policy], Scene], policy: Policy, methods: list[str]
) -> None:
    assert metadata(make_scene(policy))["code_challenge_methods_supported"] == methods


def test_the_document_promises_what_the_provider_does(scene: Scene) -> None:
    document = metadata(scene)

    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["response_types_supported"] == ["code", "code id_token"]
    assert document["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "RS256", "PS256"]
    assert document["request_parameter_supported"] is True
    assert document["request_object_signing_alg_values_supported"] == ["RS256", "ES256"]
    assert document["request_uri_parameter_supported"] is False
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
    assert document["token_endpoint_auth_signing_alg_values_supported"] == ["RS256", "ES256"]
