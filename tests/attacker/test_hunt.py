import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from random import Random
from urllib.parse import quote, urlencode
from zlib import compress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacker.hunt import MAX_HASHES, How, Hunt, challenge_of, hunt

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
OWN = "M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalN"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def b64(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


CLIENTS = {
    "the state itself": lambda v: f"http://localhost:5218/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={v}",
    "JSON in base64url": lambda v: "/cb?code=x&state=" + b64(json.dumps({"v": v, "to": "/"})),
    "after a dot": lambda v: f"/cb?state=af0ifjsldkj.{v}&code=x",
    "before a dot": lambda v: f"/cb?state={v}.af0ifjsldkj&code=x",
    "after a dash": lambda v: f"/cb?state=st-{v}&code=x",
    "after an underscore": lambda v: f"/cb?state=v_{v}&code=x",
    "glued behind a nonce": lambda v: f"/cb?state=0123456789{v}",
    "glued before a nonce": lambda v: f"/cb?state={v}0123456789",
    "hex in a cookie": lambda v: f"sid=1; pkce={v.encode().hex()}; a=b",
    "deflate in the fragment": lambda v: (
        "app:/cb#" + urlencode({"state": b64(compress(v.encode()))})
    ),
    "claims of a JWT": lambda v: (
        "state=" + ".".join((b64('{"alg":"none"}'), b64(json.dumps({"cv": v})), ""))
    ),
    "a nested redirect": lambda v: (
        "/go?u=" + quote(f"https://a.test/cb?s={quote(b64(json.dumps([v])))}", safe="")
    ),
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("method", ["S256", "plain"])
def test_the_verifier_is_found_wherever_the_client_puts_it(client: str, method: str) -> None:
    finding = hunt({"redirect": CLIENTS[client](VERIFIER)}, challenge_of(VERIFIER, method), method)

    assert finding is not None
    assert finding.verifier == VERIFIER
    assert finding.source == "redirect"


@pytest.mark.parametrize("client", CLIENTS)
def test_the_place_proven_on_a_flow_of_its_own_opens_the_victims_redirect(client: str) -> None:
    finding = hunt([CLIENTS[client](OWN)], challenge_of(OWN, "S256"))

    assert finding is not None
    assert finding.recipe.apply(CLIENTS[client](VERIFIER)) == VERIFIER


def test_the_example_of_rfc_7636_appendix_b_holds() -> None:
    assert challenge_of(VERIFIER, "S256") == CHALLENGE
    assert hunt(["a", f"x={VERIFIER}"], CHALLENGE).source == "1"  # type: ignore[union-attr]


def test_a_verifier_of_another_flow_is_not_taken_for_this_one() -> None:
    assert hunt([f"code_verifier={OWN}&state={CHALLENGE}"], CHALLENGE) is None


def test_a_name_proves_nothing_and_none_is_needed() -> None:
    finding = hunt([f"theme=dark&zzz={VERIFIER}&code_verifier={OWN}"], CHALLENGE)

    assert finding is not None
    assert str(finding.recipe) == "form zzz"


def test_an_absent_method_means_plain() -> None:
    assert hunt([f"/authorize?code_challenge={VERIFIER}"], VERIFIER, "") is not None
    assert hunt([f"/authorize?code_challenge={VERIFIER}"], VERIFIER, "S256") is None


def test_a_challenge_too_short_for_a_verifier_is_never_proven() -> None:
    assert hunt(["code_challenge=short"], "short", "plain") is None


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="S512"):
        hunt(["x"], CHALLENGE, "S512")


def test_the_recipe_reads_nothing_where_nothing_fits() -> None:
    recipe = hunt([f"/cb?state={VERIFIER}"], CHALLENGE).recipe  # type: ignore[union-attr]

    assert recipe.how is How.WHOLE
    assert recipe.apply("/cb?state=af0ifjsldkj") is None
    assert recipe.apply("/cb?other=1") is None


def test_a_verifier_at_the_end_of_a_run_is_measured_from_the_end() -> None:
    finding = hunt([f"/cb?code=abc&state=0123456789{VERIFIER}"], CHALLENGE)

    assert finding is not None
    assert (finding.how, finding.path) == (How.WINDOW, ("query state",))
    assert finding.recipe.apply(f"/cb?state=another-length-{OWN}&code=abc") == OWN


def test_a_finding_does_not_print_the_verifier() -> None:
    assert VERIFIER not in repr(hunt([VERIFIER], CHALLENGE))


@settings(max_examples=40)
@given(
    st.text(UNRESERVED, min_size=43, max_size=128),
    st.text(UNRESERVED, max_size=300),
    st.text(UNRESERVED, max_size=300),
)
def test_any_window_of_a_long_run_is_tried(verifier: str, before: str, after: str) -> None:
    finding = hunt([f"/cb?state={before}{verifier}{after}"], challenge_of(verifier, "S256"))

    assert finding is not None
    assert finding.verifier == verifier


def test_two_kilobytes_of_one_run_are_searched_in_a_moment() -> None:
    run = "".join(Random(7).choices(UNRESERVED, k=1000)) + VERIFIER
    search = Hunt(CHALLENGE, "S256")
    began = time.perf_counter()

    assert search.search({"x": run + "".join(Random(8).choices(UNRESERVED, k=1000))}) is not None
    assert time.perf_counter() - began < 3


def test_the_cap_on_work_is_told_and_not_passed_over() -> None:
    search = Hunt(challenge_of("x" * 43, "S256"), "S256")

    assert search.search({"x": "".join(Random(7).choices(UNRESERVED, k=60_000))}) is None
    assert search.exhausted
    assert search.guesses <= MAX_HASHES


def test_the_digest_is_compared_and_not_its_spelling() -> None:
    padded = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode()

    assert hunt([f"Q{VERIFIER}Q"], padded.rstrip("=")) is not None
