import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.outputs.markdown import clause_links, escape

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "<script>alert(1)</script>",
    "![x](https://evil.test/beacon.png)",
    "[click](javascript:alert(1))",
    "@everyone see #1 or owner/repo#2, GH-3",
    "www.evil.test https://evil.test jane@evil.test",
    "a | b | c\n|---|---|\n# heading",
    "`code` ``@x`` |@y| `@z`",
    "- list\n1. list\n> quote\n    code\n***\n===",
    "$$x$$ ~~gone~~ **bold** _it_ &amp; &#64; \\",
    "[x]: https://evil.test",
    "<!-- -->",
    "~~~",
    ":smile: +1",
)


def words(rendered: str) -> str:
    return " ".join(html.unescape(re.sub(r"</?(p|code)>", "", rendered)).split())


@given(st.text() | st.sampled_from(HOSTILE) | st.text(alphabet="`|@a\\ #1:/w.<&[]()*_~\n-+=>"))
def test_a_reader_sees_the_text_and_nothing_but_the_text(text: str) -> None:
    text = text.replace("\0", "")  # which Markdown replaces; told texts hold none
    rendered = READER.render(escape(text))

    assert set(re.findall(r"</?([a-z]+[0-9]?)", rendered)) <= {"p", "code"}
    assert words(rendered) == " ".join(text.split())


@given(st.text(alphabet="`|@a\\ #1:/w.<&[]()*_~\n-+=>") | st.sampled_from(HOSTILE))
def test_text_in_a_table_stays_in_its_cell(text: str) -> None:
    rendered = READER.render(f"| a | b |\n|---|---|\n| {escape(text)} | end |")

    cells = re.findall(r"<td>(.*?)</td>", rendered, re.DOTALL)
    assert len(cells) == 2
    assert words(cells[0]) == " ".join(text.split())
    assert cells[1] == "end"


@pytest.mark.parametrize(
    "linking", ["@jane", "https://evil.test", "www.evil.test", "jane@evil.test", "a/b#1", "GH-3"]
)
def test_what_github_would_link_is_code(linking: str) -> None:
    assert READER.render(escape(f"see {linking} there")) == (
        f"<p>see <code>{linking}</code> there</p>\n"
    )


def test_labels_of_the_log_are_code() -> None:
    assert escape("The captured code#1 was used") == "The captured `code#1` was used"


def test_a_clause_is_linked_where_its_text_is_known() -> None:
    assert READER.renderInline(clause_links(("RFC7636#4.6", "the article"))) == (
        '<a href="https://www.rfc-editor.org/rfc/rfc7636#section-4.6">RFC 7636 §4.6</a>'
        ", the article"
    )


def test_a_hostile_clause_is_no_link() -> None:
    rendered = READER.renderInline(clause_links(("x](javascript:alert(1))", "[y](https://e.test)")))

    assert "<a" not in rendered
