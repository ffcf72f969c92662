import base64
import json
import pickle
import time
from urllib.parse import parse_qs, quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.redaction.layers import peel
from reports.redaction.leakgate import encodings
from reports.redaction.secrets import Vault
from tests.reports.redaction.travel import CODINGS, WRAPPINGS, Coding, base64url

CODE = "SplxlOBeZQQYbYS6WxSbIA"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PASSWORD = 'pä ss/w+o&r%d"1\\'


WAYS = st.lists(st.sampled_from([*CODINGS.values(), *WRAPPINGS.values()]), max_size=2)


@pytest.fixture
def vault() -> Vault:
    vault = Vault()
    vault.learn("code", CODE)
    vault.learn("code_verifier", VERIFIER)
    vault.learn("password", PASSWORD)
    return vault


def test_labels_are_stable_and_numbered_by_kind() -> None:
    vault = Vault()

    labels = [vault.learn("code", "first-code"), vault.learn("code", "second-code")]

    assert labels == ["code#1", "code#2"]
    assert vault.learn("state", "a-state-value") == "state#1"
    assert vault.learn("code", "first-code") == "code#1"


def test_a_value_keeps_the_label_it_first_had() -> None:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)

    assert vault.learn("code_challenge", VERIFIER) == "code_verifier#1"


@pytest.mark.parametrize(("kind", "value"), [("code", ""), ("Code", "x"), ("code 1", "x")])
def test_what_cannot_be_a_secret_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        Vault().learn(kind, value)


def test_a_public_challenge_stays_public_when_a_thief_offers_it_as_the_verifier() -> None:
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    vault = Vault()
    vault.learn_message(f"https://a.test/?code_challenge={challenge}&code_challenge_method=S256")

    assert vault.learn_message(body=f"code_verifier={challenge}") == (challenge,)
    assert vault.redact(challenge) == challenge


def test_a_known_verifier_stays_secret_when_a_client_sends_it_as_a_challenge(vault: Vault) -> None:
    vault.learn_message(f"https://a.test/?code_challenge={VERIFIER}&code_challenge_method=S256")

    assert vault.redact(VERIFIER) == "code_verifier#1"


def test_a_redirect_stays_readable(vault: Vault) -> None:
    assert vault.redact(f"code={CODE}&state=x") == "code=code#1&state=x"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_secret_is_found_in_every_coding(vault: Vault, coding: str) -> None:
    for secret, label in ((VERIFIER, "code_verifier#1"), (PASSWORD, "password#1")):
        redacted = vault.redact(f"before {CODINGS[coding](secret)} after")

        assert label in redacted
        assert redacted.startswith("before ")
        assert redacted.endswith(" after")


def test_a_nested_redirect_keeps_its_shape(vault: Vault) -> None:
    inner = f"https://client.test/cb?code={CODE}&state=abc"
    outer = "https://login.idp.test/go?" + urlencode({"u": inner, "x": "1"})

    assert vault.redact(outer) == (
        "https://login.idp.test/go?u=https%3A%2F%2Fclient.test%2Fcb"
        "%3Fcode%3Dcode#1%26state%3Dabc&x=1"
    )


def test_an_opaque_run_says_what_it_holds_and_nothing_around_it_is_lost(vault: Vault) -> None:
    state = base64url(json.dumps({"v": VERIFIER, "c": CODE}))

    assert vault.redact(f"/cb?state={state}&x=1") == "/cb?state=[holds code_verifier#1 code#1]&x=1"
    assert vault.redact(f"a%3D{state}%26") == "a%3D[holds code_verifier#1 code#1]%26"
    assert vault.redact(f"host/cb/{state}/x") == "host/cb/[holds code_verifier#1 code#1]/x"


def test_an_opaque_run_that_is_itself_a_secret_has_its_own_label(vault: Vault) -> None:
    state = base64url(json.dumps({"v": VERIFIER}))
    vault.learn("state", state)

    assert vault.redact(f"state={state}&x=1") == "state=state#1&x=1"
    assert vault.redact(f"state%3D{quote(state)}") == "state%3Dstate#1"


def test_the_longest_secret_names_the_place(vault: Vault) -> None:
    vault.learn("request_uri", f"urn:x:{CODE}")

    assert vault.redact(f"r=urn:x:{CODE}&code={CODE}") == "r=request_uri#1&code=code#1"


def test_secrets_that_overlap_leave_no_rest() -> None:
    vault = Vault()
    vault.learn("code", "abcdefgh12")
    vault.learn("state", "gh12345678")

    assert vault.redact("x=abcdefgh12345678;") == "x=[holds code#1 state#1];"


def test_the_same_run_is_replaced_wherever_it_stands(vault: Vault) -> None:
    run = base64url(f"client:{VERIFIER}")

    redacted = vault.redact(f"a={run} b%3D{run} c={run}")

    assert redacted.count("[holds code_verifier#1]") == 3


def test_base64_in_lines_is_found(vault: Vault) -> None:
    text = base64.encodebytes(b"x" * 70 + VERIFIER.encode() + b"y" * 90).decode()

    assert "code_verifier#1" in vault.redact(f"before\n{text}\nafter")


def test_a_password_that_is_a_word_of_the_labels_does_not_run_away() -> None:
    vault = Vault()
    vault.learn("password", "password")
    vault.learn("code", "holds")

    once = vault.redact("password=password&x=holds")

    assert once == "password#1=password#1&x=code#1"
    assert vault.redact(once) == once


def test_a_secret_counts_from_the_moment_it_is_learned() -> None:
    vault = Vault()
    vault.learn("code", "an-earlier-code")
    text = f"/cb?code={CODE}"
    assert vault.redact(text) == text

    vault.learn("code", CODE)

    assert vault.redact(text) == "/cb?code=code#2"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_text_is_read_again_for_a_secret_that_was_learned_after_it(
    vault: Vault, coding: str
) -> None:
    late = "a/late+secret_of-32%characters.."
    text = f"{VERIFIER} {CODINGS[coding](late)};"
    before = vault.redact(text)
    assert before.startswith("code_verifier#1 ")

    vault.learn("code", "another-code")
    assert vault.redact(text) == before
    vault.learn("state", late)

    assert "state#1" in vault.redact(text)
    assert not vault.find(vault.redact(text))


def test_a_shorter_secret_is_found_in_a_text_that_was_too_short_for_the_others() -> None:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)
    run = base64.b64encode(b"\xff\xfftiny-one\xff\xff").decode()
    for text in ("tiny-one", run):
        assert vault.redact(text) == text

    vault.learn("code", "tiny-one")

    assert vault.redact("tiny-one") == "code#1"
    assert vault.redact(run) == "[holds code#1]"


def test_a_secret_of_long_ago_and_one_of_a_moment_ago_are_gone_from_the_same_text() -> None:
    vault = Vault()
    for number in range(1, 2001):
        vault.learn("code", f"code-{number:04}-{number * 7919:07}")
        state = base64url(json.dumps({"a": "code-0001-0007919", "b": f"code-{number:04}"}))
        text = f"/cb?code=code-{number:04}-{number * 7919:07}&first=code-0001-0007919&state={state}"

        assert vault.redact(text) == (f"/cb?code=code#{number}&first=code#1&state=[holds code#1]")


WORDS = st.text("abc-1", min_size=3, max_size=12)


@settings(max_examples=150)
@given(st.lists(st.tuples(WORDS, WAYS), min_size=1, max_size=12), st.data())
def test_what_was_redacted_before_changes_nothing_about_what_is_redacted_now(
    learned: list[tuple[str, list[Coding]]], data: st.DataObject
) -> None:
    values = [value for value, _ in learned]
    texts = [
        coding(f"x{value} {data.draw(st.sampled_from(values))}")
        for value, chain in learned
        for coding in chain
    ]
    seasoned, fresh = Vault(), Vault()
    for value in values:
        seasoned.learn("code", value)
        for text in texts:
            seasoned.redact(text)
        fresh.learn("code", value)

    assert [seasoned.redact(text) for text in texts] == [fresh.redact(text) for text in texts]


@pytest.mark.parametrize("glued", ["", "a", "ab", "abc"])
def test_a_run_glued_to_something_else_is_read_at_every_alignment(vault: Vault, glued: str) -> None:
    for run in (base64url(json.dumps({"v": quote(PASSWORD)})), quote(PASSWORD).encode().hex()):
        assert vault.redact(f"s={glued}{run};") == "s=[holds password#1];"


@pytest.mark.parametrize("length", range(8, 15))
@pytest.mark.parametrize("shift", range(3))
def test_short_secrets_among_binary_data_are_found(length: int, shift: int) -> None:
    vault = Vault()
    vault.learn("password", "a1b2c3d4e5f6g7h8"[:length])
    data = b"\xff" * (3 + shift) + b"a1b2c3d4e5f6g7h8"[:length] + b"\xff" * 5

    redacted = vault.redact(base64.b64encode(data).decode())

    assert "[holds password#1]" in redacted
    assert not vault.find(redacted)


def test_nothing_printed_shows_a_value(vault: Vault) -> None:
    secret = vault.secret("code", CODE)

    assert (repr(secret), str(secret), f"{secret:>7}") == ("code#1", "code#1", " code#1")
    assert secret.reveal() == CODE
    for shown in (repr(vault), repr(list(vault.secrets())), str(vault.find(f"x {CODE}"))):
        assert CODE not in shown
    with pytest.raises(TypeError, match="code#1"):
        pickle.dumps(secret)


def test_vaults_together_know_what_each_of_them_knew_and_wrote(vault: Vault) -> None:
    other = Vault()
    other.learn("code", "another-code")
    other.count_on({"token": 7})
    other.learn("token", "a-token-of-the-other")
    word = Vault()
    word.learn("password", "token")

    whole = vault.together_with([other, word])

    for secret in (CODE, VERIFIER, PASSWORD, "another-code", "a-token-of-the-other"):
        assert whole.find(f"x {quote(secret)} y")
    assert whole.find("the token")
    assert not whole.find(other.redact("it was a-token-of-the-other"))  # it reads: token#8
    assert len(vault) == 3


def test_a_label_survives_the_parsers_of_the_log(vault: Vault) -> None:
    assert parse_qs(vault.redact(f"code={CODE}&iss=x"))["code"] == ["code#1"]


@pytest.mark.parametrize("half", ["\ud800", "\\ud800", "&#xd800;", "\\U0000d800", "\\U99999999"])
def test_what_is_no_character_hides_no_secret(vault: Vault, half: str) -> None:
    assert vault.redact(f"{half}{CODE}").endswith("code#1")


SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("C", "Z")),
    min_size=8,
    max_size=50,
).filter(lambda text: len(set(text)) > 4 and len(set(text.encode()) & set(range(33, 127))) > 3)
CHAINS = st.lists(st.sampled_from([*CODINGS.values(), *WRAPPINGS.values()]), max_size=3)
NOISE = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=150)
@given(SECRETS, CHAINS, NOISE, NOISE)
@example("dBjftJeZ4CVP-mB92K27", [CODINGS["base64url"], CODINGS["base64"]], "xx", "")
def test_redaction_leaves_nothing_to_find(
    secret: str, chain: list[object], before: str, after: str
) -> None:
    vault = Vault()
    label = vault.learn("code", secret)
    carried = secret
    for coding in chain:
        carried = coding(carried)  # type: ignore[operator]

    redacted = vault.redact(f"{before} {carried} {after}")

    assert label in redacted
    assert not vault.find(redacted)
    assert not [layer for layer in peel(redacted) if secret in layer.text]
    data = redacted.encode("utf-8", "surrogatepass")
    assert not [name for name, form in encodings(secret) if form in data]
    assert vault.redact(redacted) == redacted


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_a_text_without_secrets_is_unchanged(text: str) -> None:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)

    assert vault.redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "%25" * 20_000,
        "\\" * 60_000,
        "&amp;" * 15_000,
        "A" * 60_000,
        "0123456789abcdef" * 4_000,
        "/-+_" * 15_000,
        base64.b64encode(b"A" * 40_000).decode(),
    ],
    ids=["percent", "backslash", "entity", "one letter", "hex", "alphabets", "base64"],
)
def test_no_text_is_slow(text: str) -> None:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)
    began = time.perf_counter()

    vault.redact(text)

    assert time.perf_counter() - began < 3
