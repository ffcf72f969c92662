from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.victim.identity_provider.key_holder import KeyHolder, unsigned
from victim.identity_provider.dpop import ath

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene
    from victim.identity_provider import Response

HOLDER, OTHER = KeyHolder(), KeyHolder()


def refusal(response: Response) -> tuple[int, str]:
    return response.status, response.json()["error"]


def bound_tokens(scene: Scene) -> dict[str, str]:
    response = scene.token(HOLDER.proof(scene), code=scene.code(dpop_jkt=HOLDER.jkt))
    assert response.status == 200, response.text
    return dict(response.json())


def test_ath_is_that_of_rfc_9449_section_7_1() -> None:
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"

    assert ath(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


class TestACodeThatIsBoundToAKey:
    def test_is_redeemed_with_a_proof_of_that_key(self, scene: Scene) -> None:
        assert bound_tokens(scene)["token_type"] == "DPoP"

    def test_is_worth_nothing_without_a_proof(self, scene: Scene) -> None:
        code = scene.code(dpop_jkt=HOLDER.jkt)

        assert refusal(scene.token(code=code)) == (400, "invalid_dpop_proof")
        assert scene.token(HOLDER.proof(scene), code=code).status == 200

    def test_is_worth_nothing_with_a_proof_of_another_key(self, scene: Scene) -> None:
        code = scene.code(dpop_jkt=HOLDER.jkt)

        assert refusal(scene.token(OTHER.proof(scene), code=code)) == (400, "invalid_grant")

    def test_still_needs_its_verifier(self, scene: Scene) -> None:
        code = scene.code(dpop_jkt=HOLDER.jkt)

        response = scene.token(HOLDER.proof(scene), code=code, code_verifier="w" * 43)

        assert refusal(response) == (400, "invalid_grant")

    @pytest.mark.parametrize("jkt", ["short", "w" * 44, "=" * 43])
    def test_names_a_thumbprint(self, scene: Scene, jkt: str) -> None:
        assert scene.answer(scene.authorize(dpop_jkt=jkt))["error"] == "invalid_request"


def test_a_proof_binds_the_tokens_of_a_code_that_is_bound_to_no_key(scene: Scene) -> None:
    tokens = scene.token(OTHER.proof(scene), code=scene.code()).json()

    assert tokens["token_type"] == "DPoP"
    assert scene.userinfo(tokens["access_token"]).status == 401


def test_the_refresh_token_of_a_public_client_is_bound_too(scene: Scene) -> None:
    token = bound_tokens(scene)["refresh_token"]

    for headers, error in (((), "invalid_dpop_proof"), ((OTHER.proof(scene),), "invalid_grant")):
        response = scene.refresh(token, *headers)
        assert refusal(response) == (400, error)
    response = scene.refresh(token, HOLDER.proof(scene))
    assert (response.status, response.json()["token_type"]) == (200, "DPoP")


def test_the_refresh_token_of_a_confidential_client_is_bound_by_its_secret(scene: Scene) -> None:
    client = {**scene.WEB, "client_secret": scene.CONFIDENTIAL.secret}
    tokens = scene.token(HOLDER.proof(scene), code=scene.code(**scene.WEB), **client).json()

    response = scene.refresh(tokens["refresh_token"], **client)

    assert (response.status, response.json()["token_type"]) == (200, "Bearer")


@pytest.mark.parametrize(
    "bent",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"jwk": None}},
        {"header": {"jwk": {"kty": "EC"}}},
        {"header": {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}},
        {"header": {"jwk": {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}}},
        pytest.param({"header": {"jwk": HOLDER.key.as_dict(private=True)}}, id="private key"),
        pytest.param({"header": {"jwk": OTHER.key.as_dict(private=False)}}, id="other key"),
        {"htm": "GET"},
        {"htm": None},
        {"htu": "https://login.idp.test/demo/userinfo"},
        {"htu": "https://evil.test/demo/token"},
        {"htu": "https://[/demo/token"},
        {"htu": 1},
        {"htu": None},
        {"iat": None},
        {"iat": "now"},
        {"iat": 1_000_000 - 61},
        {"iat": 1_000_000 + 61},
        {"iat": float("nan")},
        {"jti": None},
        {"jti": ""},
        {"jti": 1},
    ],
    ids=repr,
)
def test_a_bent_proof_is_refused_and_costs_the_code_nothing(
    scene: Scene, bent: dict[str, Any]
) -> None:
    code = scene.code(dpop_jkt=HOLDER.jkt)

    response = scene.token(HOLDER.proof(scene, **bent), code=code)

    assert refusal(response) == (400, "invalid_dpop_proof")
    assert scene.token(HOLDER.proof(scene), code=code).status == 200


@pytest.mark.parametrize("age", [-60, 60])
def test_the_clock_of_a_client_may_be_a_minute_off(scene: Scene, age: float) -> None:
    proof = HOLDER.proof(scene, iat=scene.time[0] - age)

    assert scene.token(proof, code=scene.code()).status == 200


def test_the_query_of_an_address_does_not_count(scene: Scene) -> None:
    proof = HOLDER.proof(scene, htu=f"{scene.ISSUER}/token?a=b#c")

    assert scene.token(proof, code=scene.code()).status == 200


@pytest.mark.parametrize("value", ["", "a.b.c", "....", "e30.e30.e30", "\u00e9.\u00e9.\u00e9"])
def test_what_is_no_jwt_is_no_proof(scene: Scene, value: str) -> None:
    response = scene.token(("DPoP", value), code=scene.code())

    assert refusal(response) == (400, "invalid_dpop_proof")


def test_an_unsigned_proof_is_refused(scene: Scene) -> None:
    header = {"typ": "dpop+jwt", "jwk": HOLDER.key.as_dict(private=False)}
    claims = {"jti": "x", "htm": "POST", "htu": f"{scene.ISSUER}/token", "iat": scene.time[0]}

    response = scene.token(("DPoP", unsigned(header, claims)), code=scene.code())

    assert refusal(response) == (400, "invalid_dpop_proof")


def test_a_proof_counts_once(scene: Scene) -> None:
    proof = HOLDER.proof(scene)
    assert scene.token(proof, code=scene.code()).status == 200

    response = scene.token(proof, code=scene.code())

    assert refusal(response) == (400, "invalid_dpop_proof")
    assert "used before" in response.json()["error_description"]


@pytest.mark.parametrize("age", [0, 60, 120])
def test_a_proof_never_counts_twice_while_its_clock_holds(scene: Scene, age: float) -> None:
    code, other = scene.code(), scene.code()
    proof = HOLDER.proof(scene, iat=scene.time[0] + 60)
    scene.token(proof, code=code)
    scene.pass_time(age)

    assert refusal(scene.token(proof, code=other)) == (400, "invalid_dpop_proof")


def test_two_holders_may_choose_the_same_jti(scene: Scene) -> None:
    for holder in (HOLDER, OTHER):
        proof = holder.proof(scene, jti="the same")
        assert scene.token(proof, code=scene.code()).status == 200


def test_two_proofs_at_once_are_refused(scene: Scene) -> None:
    proofs = (HOLDER.proof(scene), OTHER.proof(scene))

    assert refusal(scene.token(*proofs, code=scene.code())) == (400, "invalid_dpop_proof")


class TestUserinfo:
    @pytest.fixture
    def token(self, scene: Scene) -> str:
        return bound_tokens(scene)["access_token"]

    def test_opens_to_the_holder_of_the_key(self, scene: Scene, token: str) -> None:
        proof = HOLDER.proof(scene, "userinfo", access_token=token)

        response = scene.userinfo(token, proof, scheme="DPoP")

        assert response.json()["sub"] == "sub-alice"

    def test_stays_closed_to_a_bearer(self, scene: Scene, token: str) -> None:
        proof = HOLDER.proof(scene, "userinfo", access_token=token)

        assert refusal(scene.userinfo(token)) == (401, "invalid_token")
        assert refusal(scene.userinfo(token, proof)) == (401, "invalid_token")

    @pytest.mark.parametrize(
        ("holder", "bent", "error"),
        [
            (None, {}, "invalid_dpop_proof"),
            (OTHER, {}, "invalid_token"),
            (HOLDER, {"ath": ath("another token")}, "invalid_dpop_proof"),
            (HOLDER, {"ath": None}, "invalid_dpop_proof"),
            (HOLDER, {"htm": "POST"}, "invalid_dpop_proof"),
            (HOLDER, {"htu": "https://login.idp.test/demo/token"}, "invalid_dpop_proof"),
        ],
    )
    def test_stays_closed_to_a_wrong_proof(
        self, scene: Scene, token: str, holder: KeyHolder | None, bent: dict[str, Any], error: str
    ) -> None:
        proofs = [holder.proof(scene, "userinfo", access_token=token, **bent)] if holder else []

        assert refusal(scene.userinfo(token, *proofs, scheme="DPoP")) == (401, error)

    def test_stays_closed_to_a_proof_of_a_key_that_the_token_is_not_bound_to(
        self, scene: Scene
    ) -> None:
        bearer = scene.tokens()["access_token"]
        proof = HOLDER.proof(scene, "userinfo", access_token=bearer)

        assert refusal(scene.userinfo(bearer, proof, scheme="DPoP")) == (401, "invalid_token")

    def test_names_both_schemes(self, scene: Scene, token: str) -> None:
        headers = scene.userinfo(token).headers
        challenges = [value for name, value in headers if name == "WWW-Authenticate"]

        assert [challenge.partition(" ")[0] for challenge in challenges] == ["Bearer", "DPoP"]
        assert 'algs="ES256 RS256 PS256"' in challenges[1]
