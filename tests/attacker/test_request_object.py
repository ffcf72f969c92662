"""What an attacker makes of a client's signed request: four ways, and the rest stays as it was."""

import json
from base64 import urlsafe_b64decode

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from attacker.request_object import Forge, beside, signed_by_another, unpacked, unsigned
from reports.request_object import claims_of
from victim.client.signing import SigningKey

OWN = {"code_challenge": "own", "code_challenge_method": "S256"}
ASKED = {"client_id": "app", "redirect_uri": "https://app.test/cb", "code_challenge": "client's"}
CLIENT = SigningKey()
SENT = CLIENT.request_object("https://idp.test", ASKED)


@pytest.mark.parametrize("forge", [unsigned, signed_by_another])
def test_another_object_differs_in_what_is_the_attackers_own(forge: Forge) -> None:
    sent = forge(SENT, OWN)

    assert sent.keys() == {"client_id", "request"}
    assert claims_of(sent["request"]) == {**claims_of(SENT["request"]), **OWN}


def test_an_unsigned_object_says_so_and_has_no_signature() -> None:
    header, _, signature = unsigned(SENT, OWN)["request"].split(".")

    assert json.loads(urlsafe_b64decode(header + "==")) == {"alg": "none"}
    assert signature == ""


def test_the_signature_of_another_key_is_one_and_not_the_clients() -> None:
    def is_signed_by(key: ECKey, token: str) -> bool:
        try:
            return bool(jws.deserialize_compact(token, key, algorithms=["ES256"]))
        except JoseError:
            return False

    assert is_signed_by(CLIENT.public, SENT["request"])
    assert not is_signed_by(CLIENT.public, signed_by_another(SENT, OWN)["request"])


def test_what_stands_beside_an_object_leaves_it_as_it_is() -> None:
    assert beside(SENT, OWN) == {**SENT, **OWN}


def test_an_unpacked_request_is_an_ordinary_one() -> None:
    assert unpacked(SENT, OWN) == {**ASKED, **OWN}
