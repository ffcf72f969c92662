"""The client's key: a proof of it is good at the provider, for one request, and for no other."""

import pytest
from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry

from tests.victim.client.conftest import ISSUER, Make
from victim.client.proof import ProofKey
from victim.identity_provider import Policy
from victim.identity_provider.dpop import ath

TOKEN = f"{ISSUER}/token"


def test_a_proof_names_the_request_and_the_public_key_that_signed_it() -> None:
    key = ProofKey()
    proof = key.proof("POST", TOKEN)["DPoP"]
    header = jws.extract_compact(proof.encode()).headers()
    public = JWKRegistry.import_key(header["jwk"])

    claims = jwt.decode(proof, public, algorithms=["ES256"]).claims

    assert header["typ"] == "dpop+jwt"
    assert "d" not in header["jwk"]
    assert public.thumbprint() == key.jkt
    assert (claims["htm"], claims["htu"]) == ("POST", TOKEN)


def test_no_two_proofs_are_alike() -> None:
    key = ProofKey()

    assert key.proof("POST", TOKEN) != key.proof("POST", TOKEN)
    assert ProofKey().jkt != key.jkt


def test_with_a_token_the_proof_names_it_and_the_scheme_is_that_of_bound_tokens() -> None:
    headers = ProofKey().proof("GET", f"{ISSUER}/userinfo", "the-token")
    claims = jws.extract_compact(headers["DPoP"].encode()).payload

    assert headers["Authorization"] == "DPoP the-token"
    assert ath("the-token").encode() in claims


@pytest.mark.anyio
async def test_a_client_with_a_key_signs_its_user_in_at_a_provider_that_binds_all_to_it(
    contoso: Make,
) -> None:
    world = contoso("dpop", policy=Policy())
    browser = world.browser()

    await world.log_in(browser)

    redeemed, shown = (
        next(sent.request for sent in world.sent if str(sent.request.url).endswith(end))
        for end in ("/token", "/userinfo")
    )
    assert "dpop" in redeemed.headers
    assert shown.headers["authorization"].startswith("DPoP ")
    assert await world.who(browser) == "sub-alice"
