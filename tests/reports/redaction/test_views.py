import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.redaction.codings import MAX_DEPTH
from reports.redaction.views import views

VALUE = "dBjftJeZ4CVP-mB92K27uhbU"


def carriers(text: str, value: str) -> set[str]:
    """The pieces of the text that carry the value."""
    found = set()
    for view in views(text):
        if (start := view.text.find(value)) >= 0:
            left, right = view.outer(start, start + len(value))
            found.add(text[left:right])
    return found


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("x=a%2Fb%26c&y", "a%2Fb%26c"),
        ("x=a%252Fb%2526c&y", "a%252Fb%2526c"),
        ('"a\\/b\\u0026c"', "a\\/b\\u0026c"),
        ("<a/b&amp;c>", "a/b&amp;c"),
        (quote('"a\\/b\\u0026c"'), "a%5C/b%5Cu0026c"),
    ],
)
def test_an_escaped_value_is_traced_to_its_own_characters(text: str, carrier: str) -> None:
    assert carriers(text, "a/b&c") == {carrier}


def test_a_value_in_base64_is_traced_to_the_run() -> None:
    run = b64encode(json.dumps({"v": VALUE}).encode()).decode()

    assert carriers(f"x={quote(run)}&y=1", VALUE) == {quote(run)}


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40))
def test_tracing_survives_any_surroundings(before: str, after: str) -> None:
    marked = f"{quote(before)}%3C{quote(VALUE)}%3E{quote(after)}"

    assert VALUE in carriers(marked, VALUE)


def test_codings_in_codings_end() -> None:
    text = VALUE
    for _ in range(2 * MAX_DEPTH):
        text = quote(f"{text}/", safe="")

    assert max(view.depth for view in views(text)) == MAX_DEPTH
