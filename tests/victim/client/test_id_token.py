import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.victim.client.conftest import ISSUER
from victim.client.errors import LoginFailedError
from victim.client.id_token import subject_of

NOW = time.time()
CLAIMS = {
    "iss": ISSUER,
    "sub": "sub-alice",
    "aud": "contoso",
    "exp": NOW + 60,
    "nonce": "the-nonce",
}


@pytest.fixture
def keys(signing_key: RSAKey) -> KeySet:
    return KeySet([signing_key])


def signed(key: RSAKey, **changes: Any) -> str:
    """An ID token with these claims, but for the changes; ``None`` leaves one out."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])


def subject(
    token: str, keys: KeySet, nonce: str | None = "the-nonce", code: str | None = None
) -> str:
    return subject_of(
        token, keys, issuer=ISSUER, client_id="contoso", nonce=nonce, now=NOW, code=code
    )


@pytest.mark.parametrize("aud", ["contoso", ["contoso"]], ids=str)
def test_a_token_for_this_client_and_this_login_names_the_user(
    signing_key: RSAKey, keys: KeySet, aud: object
) -> None:
    assert subject(signed(signing_key, aud=aud), keys) == "sub-alice"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.test"}, "wrong iss"),
        ({"iss": None}, "wrong iss"),
        ({"iss": f"{ISSUER}/"}, "wrong iss"),
        ({"aud": "evil-app"}, "wrong aud"),
        ({"aud": None}, "wrong aud"),
        ({"aud": ["contoso", "evil-app"]}, "wrong aud"),
        ({"aud": ["evil-app"]}, "wrong aud"),
        ({"aud": []}, "wrong aud"),
        pytest.param({"exp": NOW}, "expired", id="expired now"),
        pytest.param({"exp": NOW - 1}, "expired", id="expired before"),
        ({"exp": None}, "expired"),
        ({"exp": "tomorrow"}, "expired"),
        ({"nonce": "of-another-login"}, "wrong nonce"),
        ({"nonce": None}, "wrong nonce"),
        ({"nonce": ""}, "wrong nonce"),
        ({"sub": None}, "who the user is"),
        ({"sub": ""}, "who the user is"),
        ({"sub": 7}, "who the user is"),
    ],
    ids=str,
)
def test_one_wrong_claim_is_enough_to_disbelieve_it(
    signing_key: RSAKey, keys: KeySet, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        subject(signed(signing_key, **changes), keys)


@pytest.mark.parametrize("nonce", ["of-another-login", None])
def test_without_a_nonce_to_compare_any_will_do(
    signing_key: RSAKey, keys: KeySet, nonce: str | None
) -> None:
    assert subject(signed(signing_key, nonce=nonce), keys, nonce=None) == "sub-alice"


# The example of OpenID Connect Core, appendix A.3 ("code id_token").
CODE = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
C_HASH = "LDktKdoQak3Pk0cnXxCltA"


def test_a_token_beside_a_code_names_it(signing_key: RSAKey, keys: KeySet) -> None:
    assert subject(signed(signing_key, c_hash=C_HASH), keys, code=CODE) == "sub-alice"


@pytest.mark.parametrize("c_hash", [None, "", C_HASH[::-1]])
def test_a_token_beside_another_code_or_none_is_disbelieved(
    signing_key: RSAKey, keys: KeySet, c_hash: str | None
) -> None:
    with pytest.raises(LoginFailedError, match="wrong c_hash"):
        subject(signed(signing_key, c_hash=c_hash), keys, code=CODE)


def by_public_key(key: RSAKey) -> str:
    """A token whose HMAC has the provider's public key for its secret, written by hand."""
    text = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, CLAIMS))
    mac = hmac.digest(key.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{_base64(mac)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


FORGED: dict[str, Callable[[RSAKey], str]] = {
    "another key": lambda key: signed(RSAKey.generate_key(2048, {"kid": key.kid or ""})),
    "the public key for a secret": by_public_key,
    "no signature": lambda key: f"{signed(key).rpartition('.')[0]}.",
    "alg none": lambda key: f"{_base64(b'{"alg":"none"}')}.{signed(key).split('.')[1]}.",
    "other claims": lambda key: ".".join(
        [*signed(key, sub="sub-mallory").split(".")[:2], signed(key).split(".")[2]]
    ),
    "no token": lambda key: "the.id.token",
    "nothing": lambda key: "",
    "no ASCII": lambda key: "é",
}


@pytest.mark.parametrize("forged", FORGED)
def test_what_the_provider_did_not_sign_is_disbelieved(
    signing_key: RSAKey, keys: KeySet, forged: str
) -> None:
    with pytest.raises(LoginFailedError, match="not signed by the provider"):
        subject(FORGED[forged](signing_key), keys)


BOTH = ("RS256", "HS256")
SECRET = "a-secret-of-32-characters-and-more"


def by_secret(secret: str) -> str:
    return jwt.encode({"alg": "HS256"}, CLAIMS, OctKey.import_key(secret), algorithms=["HS256"])


def proven(token: str, keys: KeySet, secret: str | None, algorithms: tuple[str, ...]) -> str:
    return subject_of(
        token,
        keys,
        issuer=ISSUER,
        client_id="contoso",
        nonce="the-nonce",
        now=NOW,
        algorithms=algorithms,
        secret=secret,
    )


def test_a_client_with_a_secret_can_check_what_was_signed_with_that(keys: KeySet) -> None:
    assert proven(by_secret(SECRET), keys, SECRET, BOTH) == "sub-alice"


@pytest.mark.parametrize(
    ("signed_with", "secret", "algorithms"),
    [
        ("another-secret-of-32-characters-or-more", SECRET, BOTH),
        (SECRET, SECRET, ("RS256",)),
        (SECRET, None, BOTH),
        (SECRET, "", BOTH),
    ],
    ids=["another", "not agreed on", "public", "empty"],
)
def test_but_nobody_else_can(
    keys: KeySet, signed_with: str, secret: str | None, algorithms: tuple[str, ...]
) -> None:
    with pytest.raises(LoginFailedError, match="not signed by the provider"):
        proven(by_secret(signed_with), keys, secret, algorithms)


@pytest.mark.parametrize("secret", [None, SECRET])
def test_what_everybody_knows_proves_nothing_as_a_secret(
    signing_key: RSAKey, keys: KeySet, secret: str | None
) -> None:
    published = signing_key.as_pem(private=False).decode()

    with pytest.raises(LoginFailedError, match="not signed by the provider"):
        proven(_forged(published), keys, secret, BOTH)


def _forged(published: str) -> str:
    """Signed with the public key as if that were a secret, which a library refuses to do."""
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=")
        for each in ({"alg": "HS256"}, CLAIMS)
    )
    mac = hmac.digest(published.encode(), head + b"." + claims, "sha256")
    return b".".join((head, claims, base64.urlsafe_b64encode(mac).rstrip(b"="))).decode()
