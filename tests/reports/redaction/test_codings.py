import gzip
import zlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.redaction.codings import MAX_INFLATED, Sought, inflate, opaque_runs, readable, unbase64

VALUE = b"dBjftJeZ4CVP-mB92K27uhbU"


def decoded(text: str, sought: Sought | None = None) -> set[tuple[str, bytes]]:
    runs = opaque_runs(text, sought or Sought())
    return {(text[start:end], data) for start, end, _, data in runs}


@pytest.mark.parametrize("text", ["Zm9vYg==", "Zm9vYg", "Zm9vYgA"[:6]])
def test_base64_is_decoded_with_and_without_padding(text: str) -> None:
    assert unbase64(text) == b"foob"


def test_both_alphabets_mean_the_same() -> None:
    assert unbase64("-_-_") == unbase64("+/+/") == b"\xfb\xff\xbf"


@given(st.binary(min_size=12, max_size=400))
def test_deflate_is_undone_with_any_header(data: bytes) -> None:
    raw = zlib.compressobj(wbits=-15)

    assert inflate(zlib.compress(data)) == data
    assert inflate(gzip.compress(data)) == data
    assert inflate(raw.compress(data) + raw.flush()) == data


def test_inflating_stops_at_the_cap() -> None:
    assert len(inflate(zlib.compress(b"A" * 10_000_000)) or b"") == MAX_INFLATED


def test_what_was_never_deflated_is_none() -> None:
    assert inflate(b"") is None
    assert inflate(b"\xff\xff\xff\xff\xff") is None


def test_an_escape_is_no_part_of_a_run() -> None:
    run = b64encode(VALUE).decode()

    for text in (f"a%3D{run}", f'"\\n{run}"', f"\\u003d{run}"):
        assert (run, VALUE) in decoded(text)


def test_the_padding_belongs_to_the_run() -> None:
    run = b64encode(VALUE + b"x").decode()

    assert run.endswith("==")
    assert (run, VALUE + b"x") in decoded(f"({run})")


def test_a_path_is_not_part_of_the_base64url_in_it() -> None:
    run = b64encode(VALUE).decode()

    assert (run, VALUE) in decoded(f"https://a.test/callback/{run}/more")


def test_words_and_short_runs_are_not_decoded() -> None:
    assert decoded("internationalization of authorization, by 4f8a") == set()


def test_runs_too_short_for_what_is_sought_are_left_alone() -> None:
    run = b64encode(VALUE).decode()

    assert decoded(run, Sought(shortest=43, stretch=43)) == set()


def test_bytes_read_as_utf_8_or_one_by_one() -> None:
    assert readable("pä".encode()) == "pä"
    assert readable(b"p\xe4") == "pä"
