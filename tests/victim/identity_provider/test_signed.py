from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.victim.identity_provider.key_holder import KeyHolder, unsigned
from victim.identity_provider.signed import algorithm_of, claims_of, flaw_in, is_signed_by

HOLDER, OTHER = KeyHolder(), KeyHolder()
CLAIMS: dict[str, Any] = {"iss": "app", "aud": "https://idp.test", "exp": 1100}


def flaw(**overrides: Any) -> str | None:
    present = {name: value for name, value in {**CLAIMS, **overrides}.items() if value is not None}
    return flaw_in(present, lambda: 1000.0, iss="app", aud="https://idp.test")


def test_a_token_is_read_whoever_has_signed_it() -> None:
    token = OTHER.sign({}, CLAIMS)

    assert (algorithm_of(token), claims_of(token)) == ("ES256", CLAIMS)
    assert algorithm_of(unsigned({}, CLAIMS)) == "none"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "é.é.é", "eyJhbGciOiJub25lIn0.W10."]
)
def test_what_is_no_token_states_nothing(token: str) -> None:
    assert claims_of(token) == {}
    assert not is_signed_by(HOLDER.public_key, token)


def test_only_the_holder_of_the_key_can_sign() -> None:
    token = HOLDER.sign({}, CLAIMS)
    head, claims, signature = token.split(".")
    _, other_claims, _ = HOLDER.sign({}, {**CLAIMS, "iss": "other"}).split(".")

    assert is_signed_by(HOLDER.public_key, token)
    assert not is_signed_by(OTHER.public_key, token)
    assert not is_signed_by(HOLDER.public_key, f"{head}.{other_claims}.{signature}")
    assert not is_signed_by(HOLDER.public_key, f"{head}.{claims}.")
    assert not is_signed_by(HOLDER.public_key, unsigned({}, CLAIMS))


def test_a_key_serves_only_the_algorithms_that_are_known_here() -> None:
    key = RSAKey.generate_key(2048)
    public = RSAKey.import_key(key.as_dict(private=False))

    assert is_signed_by(public, jwt.encode({"alg": "RS256"}, CLAIMS, key))
    assert not is_signed_by(public, jwt.encode({"alg": "PS256"}, CLAIMS, key, ["PS256"]))


@pytest.mark.parametrize(
    "overrides",
    [
        {"iss": None},
        {"iss": "other"},
        {"aud": None},
        {"aud": "https://other.test"},
        {"aud": ["https://other.test"]},
        {"exp": 940},
        {"exp": "soon"},
        {"nbf": 1061},
        {"iat": 1061},
    ],
)
def test_claims_of_another_time_or_for_somebody_else_are_flawed(overrides: dict[str, Any]) -> None:
    assert flaw(**overrides)


@pytest.mark.parametrize(
    "overrides", [{}, {"exp": None}, {"exp": 941}, {"nbf": 1060}, {"aud": ["https://idp.test"]}]
)
def test_claims_of_this_moment_are_not(overrides: dict[str, Any]) -> None:
    assert flaw(**overrides) is None
