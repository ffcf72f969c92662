import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.page.visible import LONGEST, anchor, clause_link, clause_title, clip, labelled, visible


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\0b", "a␀b"),
        ("a\rb", "a␍b"),
        ("a\x7fb", "a␡b"),
        ("moc\u202eevil", "moc⟨U+202E⟩evil"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\x85b", "a⟨U+0085⟩b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("a\U000e0041b", "a⟨U+E0041⟩b"),
    ],
)
def test_a_character_that_cannot_be_seen_becomes_a_mark(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


@given(st.text())
def test_what_is_visible_is_printable_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert all(char.isprintable() or char in "\n\t" for char in shown)
    assert visible(shown) == shown


def test_a_long_value_is_cut_and_says_so() -> None:
    assert clip("x" * LONGEST) == "x" * LONGEST
    assert clip("x" * 65_536).endswith(f"[… {65_536 - LONGEST:,} more characters in the run log]")


def test_labels_are_marked_and_all_else_is_escaped() -> None:
    assert labelled("<a>code#1&x=Code#2") == "&lt;a&gt;<b>code#1</b>&amp;x=Code#2"


@given(st.text(), st.text())
def test_different_ids_have_different_anchors(one: str, other: str) -> None:
    assert (anchor("cell", one) == anchor("cell", other)) == (one == other)


@given(st.text())
def test_an_anchor_needs_no_quoting(name: str) -> None:
    assert anchor("cell", name).replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert anchor("cell", name).isascii()


def test_a_clause_of_an_rfc_is_linked_and_any_other_text_is_not() -> None:
    assert clause_title("RFC7636#4.6") == "RFC 7636 §4.6"
    assert clause_link("RFC7636#4.6") == "https://www.rfc-editor.org/rfc/rfc7636#section-4.6"
    assert clause_link("RFC6749") == "https://www.rfc-editor.org/rfc/rfc6749"
    assert clause_link("RFC7636#4.6/../x") == clause_link("javascript:alert(1)") == ""
