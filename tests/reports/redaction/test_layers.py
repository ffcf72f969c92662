import gzip
import json
import time
import zlib
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.redaction.codings import MAX_INFLATED
from reports.redaction.layers import MAX_PATH, Layer, follow, peel
from tests.reports.redaction.travel import CODINGS, WRAPPINGS, base64url, deflated

HIDDEN = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
JWS = ".".join((base64url('{"alg":"none"}'), base64url(json.dumps({"a": [{"v": HIDDEN}]})), "c2ln"))


def path_to(text: str, hidden: str = HIDDEN) -> tuple[str, ...]:
    return next(layer.path for layer in peel(text) if layer.text == hidden)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (HIDDEN, ()),
        (f"/cb?code=x&state={HIDDEN}", ("query state",)),
        (f"com.example.app:/cb#state={HIDDEN}", ("fragment state",)),
        (f"grant_type=x&code_verifier={HIDDEN}", ("form code_verifier",)),
        (f"https://a.test/cb/{HIDDEN}", ("path segment 2",)),
        (
            f"/cb?state={base64url(json.dumps({'v': HIDDEN}))}",
            ("query state", "base64", "JSON v"),
        ),
        (
            "/go?u=" + quote(f"https://a.test/cb?state={HIDDEN}", safe=""),
            ("query u", "query state"),
        ),
        (JWS, ("JWT payload", "JSON a[0].v")),
        (f"state={deflated(HIDDEN)}", ("form state", "base64, deflate")),
        (HIDDEN.encode().hex(), ("hex",)),
        (f'<input type="hidden" name="s" value="{HIDDEN}">', ("input s",)),
        (f'<a href="/cb?a=1&amp;s={HIDDEN}">', ("href", "query s")),
        (json.dumps(json.dumps({"v": HIDDEN})), ("JSON", "JSON v")),
    ],
)
def test_the_path_reads_from_the_outside_in(text: str, path: tuple[str, ...]) -> None:
    assert path_to(text) == path
    assert HIDDEN in list(follow(text, path))


def test_base64url_is_told_from_base64_where_it_shows() -> None:
    assert path_to("fn5-fn5_fg", "~~~~~\x7f~") == ("base64url",)


def test_a_path_does_not_depend_on_how_the_value_happened_to_be_encoded() -> None:
    assert list(follow("fn5-fn5_fg", ("base64",))) == ["~~~~~\x7f~"]


def test_an_encrypted_token_gives_nothing() -> None:
    header = base64url('{"alg":"dir","enc":"A256GCM"}')
    jwe = f"{header}..{'A' * 16}.{'B' * 40}.{'C' * 22}"

    assert not [layer for layer in peel(jwe) if any("JWT" in step for step in layer.path)]


def test_every_text_comes_once_and_the_outermost_first() -> None:
    text = f"/cb?a={HIDDEN}&b={HIDDEN}&c={quote(HIDDEN)}"
    layers = list(peel(text))

    assert layers[0] == Layer(text)
    assert len({layer.text for layer in layers}) == len(layers)


@pytest.mark.parametrize("squeeze", [zlib.compress, gzip.compress])
def test_a_deflate_bomb_is_cut(squeeze: object) -> None:
    bomb = squeeze(b"A" * 50_000_000)  # type: ignore[operator]
    began = time.perf_counter()

    sizes = [len(layer.text) for layer in peel(bomb.hex())]

    assert max(size for size in sizes if size != len(bomb.hex())) <= MAX_INFLATED
    assert time.perf_counter() - began < 3


def test_nesting_without_end_is_cut() -> None:
    text = HIDDEN
    for _ in range(30):
        text = quote(text + "%", safe="")

    assert max(len(layer.path) for layer in peel(text)) == MAX_PATH


CHAINS = st.lists(st.sampled_from([*CODINGS.values(), *WRAPPINGS.values()]), max_size=3)


@settings(max_examples=100)
@given(CHAINS)
def test_no_chain_of_codings_hides_a_value(chain: list[object]) -> None:
    text = HIDDEN
    for coding in chain:
        text = coding(text)  # type: ignore[operator]

    assert any(HIDDEN in layer.text for layer in peel(text))


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_text_can_be_peeled_and_followed(text: str) -> None:
    for layer in peel(text):
        assert all(isinstance(found, str) for found in follow(text, layer.path))


def test_form_parameters_keep_their_plus() -> None:
    assert path_to("/x?" + urlencode({"a": "b+c+d"}), "b+c+d") == ("query a",)
