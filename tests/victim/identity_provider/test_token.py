from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import HARDENED, Policy
from victim.identity_provider.tenant import Tenant
from victim.identity_provider.token import TokenEndpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response


def refusal(response: Response) -> tuple[int, str]:
    return response.status, response.json()["error"]


def test_a_code_becomes_tokens(scene: Scene) -> None:
    response = scene.token(code=scene.code())

    tokens = response.json()
    assert response.status == 200
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["scope"] == "openid profile email offline_access"
    assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"


def test_no_cache_may_keep_an_answer(scene: Scene) -> None:
    code = scene.code()

    for response in (scene.token(code="x"), scene.token(code=code)):
        assert response.header("cache-control") == "no-store"
        assert response.header("content-type") == "application/json"


@pytest.mark.parametrize(
    ("scope", "extra"),
    [
        ("profile", set()),
        ("openid", {"id_token"}),
        ("profile offline_access", {"refresh_token"}),
    ],
)
def test_the_scope_decides_which_tokens_there_are(
    scene: Scene, scope: str, extra: set[str]
) -> None:
    usual = {"access_token", "token_type", "expires_in", "scope"}

    assert set(scene.tokens(scope=scope)) == usual | extra


@pytest.mark.parametrize("name", ["code", "redirect_uri", "grant_type"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_parameter_is_named(scene: Scene, name: str, value: str | None) -> None:
    response = scene.token(**{"code": scene.code(), name: value})

    assert refusal(response) == (400, "invalid_request")
    assert response.json()["error_description"] == f"{name} is missing"


@pytest.mark.parametrize("grant_type", ["password", "client_credentials", "implicit"])
def test_other_grants_are_not_supported(scene: Scene, grant_type: str) -> None:
    assert refusal(scene.token(grant_type=grant_type)) == (400, "unsupported_grant_type")


def test_only_form_parameters_count(scene: Scene) -> None:
    body = '{"grant_type": "authorization_code"}'

    response = scene.post_token(body, ("Content-Type", "application/json"))

    assert refusal(response) == (400, "invalid_request")


def test_parameters_in_the_url_are_refused(scene: Scene) -> None:
    response = scene.post_token("grant_type=authorization_code", query="code_verifier=x")

    assert refusal(response) == (400, "invalid_request")


@pytest.mark.parametrize("name", ["code", "code_verifier", "client_id", "grant_type"])
def test_repeated_parameters_are_refused(scene: Scene, name: str) -> None:
    response = scene.post_token(f"{name}=a&{name}=a")

    assert refusal(response) == (400, "invalid_request")
    assert response.json()["error_description"] == f"repeated: {name}"


@pytest.mark.parametrize(
    ("policy", "methods"),
    [(HARDENED, {"POST"}), (Policy(token_request_by_get_accepted=True), {"POST", "GET"})],
)
def test_the_policy_decides_which_methods_are_answered(policy: Policy, methods: set[str]) -> None:
    tenant = Tenant(
        issuer="https://login.idp.test",
        policy=policy,
        users=[],
        learn=lambda *_: None,
        clock=lambda: 0,
        signing_key=None,
    )

    assert set(TokenEndpoint(tenant).methods()) == methods


class TestBinding:
    def test_an_unknown_code_is_refused(self, scene: Scene) -> None:
        assert refusal(scene.token(code="made-up")) == (400, "invalid_grant")

    @pytest.mark.parametrize(
        "redirect_uri", ["http://127.0.0.1/cb", "http://localhost:5218/cb/", "https://evil.test/"]
    )
    def test_to_the_redirect_uri_of_the_request(self, scene: Scene, redirect_uri: str) -> None:
        code = scene.code()

        assert refusal(scene.token(code=code, redirect_uri=redirect_uri)) == (400, "invalid_grant")
        assert scene.token(code=code).status == 200

    def test_to_the_client(self, scene: Scene) -> None:
        code = scene.code(**scene.WEB)

        response = scene.token(code=code, redirect_uri=scene.WEB["redirect_uri"])

        assert refusal(response) == (400, "invalid_grant")
        assert "another client" in response.json()["error_description"]

    def test_to_the_user(self, scene: Scene) -> None:
        other = scene.new_browser()
        alices, mallorys = scene.code(), scene.code(browser=other, user=scene.MALLORY)

        tokens = [scene.token(code=code).json()["access_token"] for code in (mallorys, alices)]

        subjects = [scene.userinfo(token).json()["sub"] for token in tokens]
        assert subjects == ["sub-mallory", "sub-alice"]

    @pytest.mark.parametrize(
        ("verifier", "error"),
        [
            (None, "invalid_grant"),
            ("", "invalid_grant"),
            ("w" * 43, "invalid_grant"),
            ("w" * 42, "invalid_request"),
            ("w" * 129, "invalid_request"),
            ("w" * 42 + "=", "invalid_request"),
            ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_grant"),  # the challenge
        ],
    )
    def test_to_the_challenge_and_a_wrong_verifier_burns_nothing(
        self, scene: Scene, verifier: str | None, error: str
    ) -> None:
        code = scene.code()

        assert refusal(scene.token(code=code, code_verifier=verifier)) == (400, error)
        assert scene.token(code=code).status == 200

    def test_a_verifier_without_a_challenge_is_refused(
        self, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(pkce_optional=True))
        code = scene.code(code_challenge=None, code_challenge_method=None)

        assert refusal(scene.token(code=code)) == (400, "invalid_grant")


class TestOneUse:
    def test_a_replay_is_refused_and_revokes_what_the_code_gave(self, scene: Scene) -> None:
        code = scene.code()
        tokens = scene.token(code=code).json()

        assert refusal(scene.token(code=code)) == (400, "invalid_grant")
        assert scene.userinfo(tokens["access_token"]).status == 401
        assert refusal(scene.refresh(tokens["refresh_token"])) == (400, "invalid_grant")

    def test_a_replay_revokes_what_refreshing_gave_too(self, scene: Scene) -> None:
        code = scene.code()
        tokens = scene.token(code=code).json()
        refreshed = scene.refresh(tokens["refresh_token"]).json()

        scene.token(code=code)

        assert scene.userinfo(refreshed["access_token"]).status == 401

    def test_a_replay_leaves_the_tokens_of_other_codes_alone(self, scene: Scene) -> None:
        other = scene.tokens()
        code = scene.code()
        scene.token(code=code)
        scene.token(code=code)

        assert scene.userinfo(other["access_token"]).status == 200

    @pytest.mark.parametrize("verifier", [None, "w" * 43])
    def test_a_replay_by_somebody_without_the_verifier_revokes_nothing(
        self, scene: Scene, verifier: str | None
    ) -> None:
        code = scene.code()
        tokens = scene.token(code=code).json()

        assert refusal(scene.token(code=code, code_verifier=verifier)) == (400, "invalid_grant")
        assert scene.userinfo(tokens["access_token"]).status == 200

    def test_a_replay_is_recognised_after_the_code_has_expired(self, scene: Scene) -> None:
        code = scene.code()
        tokens = scene.token(code=code).json()
        scene.pass_time(3000)
        scene.code()  # an occasion to forget expired codes

        scene.token(code=code)

        assert scene.userinfo(tokens["access_token"]).status == 401


@pytest.mark.parametrize(("age", "status"), [(59, 200), (60, 400)])
def test_a_code_lives_for_sixty_seconds(scene: Scene, age: float, status: int) -> None:
    code = scene.code()
    scene.pass_time(age)

    assert scene.token(code=code).status == status


class TestRefresh:
    def test_rotates(self, scene: Scene) -> None:
        first = scene.tokens()

        second = scene.refresh(first["refresh_token"]).json()

        assert second["refresh_token"] != first["refresh_token"]
        assert scene.userinfo(second["access_token"]).json()["sub"] == "sub-alice"
        assert scene.refresh(second["refresh_token"]).status == 200

    def test_reuse_is_refused_and_revokes_the_family(self, scene: Scene) -> None:
        first = scene.tokens()
        second = scene.refresh(first["refresh_token"]).json()

        assert refusal(scene.refresh(first["refresh_token"])) == (400, "invalid_grant")
        assert refusal(scene.refresh(second["refresh_token"])) == (400, "invalid_grant")
        assert scene.userinfo(second["access_token"]).status == 401

    def test_belongs_to_its_client(self, scene: Scene) -> None:
        token = scene.tokens()["refresh_token"]
        secret = scene.CONFIDENTIAL.secret

        response = scene.refresh(token, client_id="web-app", client_secret=secret)

        assert refusal(response) == (400, "invalid_grant")
        assert scene.refresh(token).status == 200

    def test_can_narrow_the_scope_but_not_widen_it(self, scene: Scene) -> None:
        token = scene.tokens(scope="openid profile offline_access")["refresh_token"]

        assert refusal(scene.refresh(token, scope="openid email")) == (400, "invalid_scope")
        narrowed = scene.refresh(token, scope="openid").json()
        assert narrowed["scope"] == "openid"
        assert set(scene.userinfo(narrowed["access_token"]).json()) == {"sub"}

    def test_ends_after_its_lifetime(self, scene: Scene) -> None:
        token = scene.tokens()["refresh_token"]
        scene.pass_time(24 * 3600)

        assert refusal(scene.refresh(token)) == (400, "invalid_grant")

    @pytest.mark.parametrize("token", [None, "", "made-up"])
    def test_needs_a_token_that_exists(self, scene: Scene, token: str | None) -> None:
        response = scene.token(grant_type="refresh_token", refresh_token=token)

        assert response.status == 400
