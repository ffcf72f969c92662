from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import HARDENED, IdentityProvider, RegistrationRefusedError, Request

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene


def provider(issuer: str) -> IdentityProvider:
    return IdentityProvider(issuer=issuer, policy=HARDENED, users=[], learn=lambda *_: None)


@pytest.mark.parametrize(
    "issuer",
    ["http://idp.test", "https://", "idp.test", "https://idp.test/", "https://idp.test/a?b=c"],
)
def test_an_issuer_must_be_a_plain_https_url(issuer: str) -> None:
    with pytest.raises(ValueError, match=r"issuer|slash"):
        provider(issuer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/demo/nothing", 404),
        ("GET", "/other/authorize", 404),
        ("GET", "/demo/token", 405),
        ("POST", "/demo/authorize", 405),
        ("GET", "/demo/login", 405),
        ("HEAD", "/demo/authorize", 405),
        ("OPTIONS", "/demo/token", 405),
        ("GET", "/demo/par", 405),
    ],
)
def test_what_is_not_there_is_refused(scene: Scene, method: str, path: str, status: int) -> None:
    assert scene.provider.handle(Request.parse(method, path)).status == status


def test_a_wrong_method_is_told_the_right_ones(scene: Scene) -> None:
    response = scene.provider.handle(Request.parse("PUT", "/demo/userinfo"))

    assert response.header("allow") == "GET, POST"


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/demo", True),
        ("/demo/anything", True),
        ("/.well-known/oauth-authorization-server/demo", True),
        ("/.well-known/oauth-authorization-server", False),
        ("/demo2/authorize", False),
        ("/", False),
    ],
)
def test_a_provider_serves_what_lies_below_its_issuer(
    scene: Scene, path: str, served: bool
) -> None:
    assert scene.provider.serves(path) is served


def test_an_issuer_without_a_path_has_the_host_to_itself() -> None:
    sole = provider("https://idp.test")

    assert sole.serves("/anything")
    assert sole.token_endpoint == "https://idp.test/token"
    assert sole.handle(Request.parse("GET", "/.well-known/openid-configuration")).status == 200


def test_registration_refusals_reach_the_caller(scene: Scene) -> None:
    with pytest.raises(RegistrationRefusedError):
        scene.provider.register(scene.PUBLIC)


def test_every_secret_is_learned_before_it_can_be_seen(scene: Scene) -> None:
    """Nothing random on the wire is unknown to whoever redacts it."""
    page = scene.authorize()
    page = scene.browser.sign_in(page)
    response = scene.browser.decide(page)
    tokens = scene.token(code=scene.answer(response)["code"]).json()
    learned = dict.fromkeys(kind for kind, _ in scene.learned)
    values = {value for _, value in scene.learned}

    assert list(learned) == [
        "password",
        "client_secret",
        "session",
        "csrf_token",
        "code",
        "access_token",
        "id_token",
        "refresh_token",
    ]
    assert scene.browser.cookies["__Secure-session"] in values
    assert scene.answer(response)["code"] in values
    assert {tokens["access_token"], tokens["refresh_token"], tokens["id_token"]} <= values


def test_secrets_are_long_and_never_the_same(scene: Scene) -> None:
    for _ in range(3):
        scene.tokens()
    minted = [value for kind, value in scene.learned if kind not in {"password", "client_secret"}]

    assert len(set(minted)) == len(minted)
    assert all(len(value) >= 43 for value in minted)
