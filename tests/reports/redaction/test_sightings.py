import json
import time
from base64 import b64encode
from urllib.parse import quote, urlencode

import pytest

from reports.redaction.secrets import Vault
from reports.redaction.sightings import sightings
from tests.reports.redaction.travel import base64url

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
REDIRECT = "http://localhost:5218/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj"


def test_a_redirect_shows_code_and_state() -> None:
    assert sightings(REDIRECT) == [("code", "SplxlOBeZQQYbYS6WxSbIA"), ("state", "af0ifjsldkj")]


@pytest.mark.parametrize(
    "carrier",
    [
        {"headers": [("Location", REDIRECT)]},
        {"headers": [("Referer", REDIRECT)]},
        {"url": REDIRECT.replace("?", "#")},
        {"url": REDIRECT.replace("http://localhost:5218", "com.example.app:")},
        {"url": "https://a.test/?" + urlencode({"u": REDIRECT})},
        {"url": "https://a.test/?u=" + quote("https://b.test/?" + urlencode({"v": REDIRECT}))},
        {"body": f'<a href="{REDIRECT.replace("&", "&amp;")}">x</a>'},
        {"body": f'<meta http-equiv="refresh" content="0;url={REDIRECT}">'},
        {"body": json.dumps({"go": [{"to": REDIRECT}]})},
        {"body": "u=" + base64url(json.dumps({"to": REDIRECT}))},
    ],
    ids=lambda carrier: next(iter(carrier)),
)
def test_a_redirect_is_read_wherever_it_is_nested(carrier: dict[str, object]) -> None:
    assert ("code", "SplxlOBeZQQYbYS6WxSbIA") in sightings(**carrier)  # type: ignore[arg-type]


def test_a_token_request_and_its_response_show_what_they_carry() -> None:
    form = urlencode(
        {"grant_type": "authorization_code", "code": "a/b+c=d&e1", "code_verifier": VERIFIER}
    )
    answer = json.dumps({"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer"})

    assert sightings(body=form) == [("code", "a/b+c=d&e1"), ("code_verifier", VERIFIER)]
    assert sightings(body=answer) == [("access_token", "2YotnFZFEjr1zCsicMWpAA")]


def test_a_plain_challenge_is_the_verifier_and_a_hashed_one_is_no_secret() -> None:
    request = f"https://login.idp.test/authorize?code_challenge={VERIFIER}"

    assert sightings(request) == [("code_verifier", VERIFIER)]
    assert sightings(request + "&code_challenge_method=plain") == [("code_verifier", VERIFIER)]
    hashed = f"https://a.test/?code_challenge={CHALLENGE}&code_challenge_method=S256"
    assert sightings(hashed) == [("public", CHALLENGE)]


def test_a_signed_request_is_read_in_all_its_parts() -> None:
    header, claims = (
        base64url(json.dumps(each))
        for each in (
            {"alg": "ES256"},
            {"state": "af0ifjsldkj", "code_challenge": CHALLENGE, "code_challenge_method": "S256"},
        )
    )

    found = sightings(f"https://a.test/?request={header}.{claims}.c2lnbmF0dXJl")

    assert found == [("state", "af0ifjsldkj"), ("public", CHALLENGE)]


def test_basic_credentials_are_decoded_as_rfc_6749_says() -> None:
    value = b64encode(b"client:s%2Fcret+value").decode()

    assert sightings(headers=[("Authorization", f"Basic {value}")]) == [
        ("client_secret", "s/cret value"),
        ("authorization", value),
    ]


def test_bearer_tokens_and_cookies_count() -> None:
    found = sightings(
        headers=[
            ("authorization", "Bearer 2YotnFZFEjr1zCsicMWpAA"),
            ("Cookie", "sid=4f8a9c0e11; lang=en"),
            ("Set-Cookie", "__Host-csrf=q8w7e6r5t4; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
        ]
    )

    assert found == [
        ("access_token", "2YotnFZFEjr1zCsicMWpAA"),
        ("cookie", "4f8a9c0e11"),
        ("csrf", "q8w7e6r5t4"),
    ]


def test_hidden_inputs_and_scripts_count() -> None:
    page = (
        '<input name="csrf_token" type="hidden" value="x&amp;y1234567">'
        '<script>opener.postMessage({"code": "SplxlOBeZQQYbYS6"}, "*")</script>'
    )

    assert sightings(body=page) == [("csrf", "x&y1234567"), ("code", "SplxlOBeZQQYbYS6")]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/?state=1",
        "https://a.test/?state=1234567",
        "https://a.test/?state=/account/settings",
        "https://a.test/?state=https%3A%2F%2Fa.test%2Fhome",
        "https://a.test/?code=invalid_request",
        "https://a.test/?response_type=code&scope=openid+profile&client_id=abcdef123456",
    ],
)
def test_what_everybody_may_know_is_no_secret(url: str) -> None:
    assert sightings(url) == []


def test_eight_characters_are_enough() -> None:
    assert sightings("https://a.test/?state=12345678") == [("state", "12345678")]


def test_the_vault_learns_a_message_before_it_is_written() -> None:
    vault = Vault()

    assert vault.learn_message(REDIRECT) == ("code#1", "state#1")
    assert vault.redact(REDIRECT) == "http://localhost:5218/cb?code=code#1&state=state#1"


@pytest.mark.parametrize(
    "body",
    ["[" * 20_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "<input " * 40_000, "a=%3D&" * 20_000],
    ids=["arrays", "objects", "tags", "pairs"],
)
def test_a_hostile_body_neither_breaks_nor_delays_a_run(body: str) -> None:
    began = time.perf_counter()

    assert sightings(body=body) == []
    assert time.perf_counter() - began < 2
