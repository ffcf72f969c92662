"""A request object is read by everybody who sees it, whoever has signed it."""

import json
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from reports.request_object import asked_in, claims_of
from tests.reports.redaction.travel import base64url

ASKED = {"client_id": "app", "code_challenge": "c"}
CLAIMS = {**ASKED, "iss": "app", "aud": "https://idp.test", "iat": 1, "exp": 2, "max_age": 0}
SIGNED = jwt.encode({"alg": "ES256"}, CLAIMS, ECKey.generate_key("P-256"))
UNSIGNED = f"{base64url(json.dumps({'alg': 'none'}))}.{base64url(json.dumps(CLAIMS))}."


@pytest.mark.parametrize("token", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])
def test_an_object_says_in_text_what_it_asks_for_and_nothing_of_itself(token: str) -> None:
    url = f"https://idp.test/authorize?{urlencode({'client_id': 'other', 'request': token})}"

    assert asked_in(url) == {**ASKED, "max_age": "0"}
    assert claims_of(token) == CLAIMS


@pytest.mark.parametrize(
    "query",
    [
        "client_id=app",
        "request=",
        "request=no-object",
        f"request={SIGNED.partition('.')[0]}.[holds state#1].x",
        f"request={base64url('{}')}.{base64url('[1]')}.",
        f"request={base64url('{}')}.{base64url('{')}.",
    ],
)
def test_without_a_readable_object_it_says_nothing(query: str) -> None:
    assert asked_in(f"https://idp.test/authorize?{query}") == {}
