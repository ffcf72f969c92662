import re

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from reports.outputs.summary import LARGEST, summary
from tests.reports.outputs.sample import GREEN, named, told, with_text
from tests.reports.page.hostile import PAYLOADS

READER = MarkdownIt("commonmark").enable("table")
OURS = {
    *("h1", "h2", "p", "strong", "ul", "li", "a", "code"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


def test_the_first_line_says_what_is_undecided_before_all_else() -> None:
    rendered = READER.render(summary(told()))

    first = "1 undecided, 1 finding, 1 not as the baseline says: not green."
    assert rendered.startswith(f"<h1>{first}</h1>")


def test_a_green_run_says_so_and_lists_nothing() -> None:
    rendered = READER.render(summary(told(outcomes=GREEN)))

    assert rendered.startswith("<h1>No finding, nothing undecided, 6 attacks decided: green.</h1>")
    assert "<h2>" not in rendered


def test_a_run_that_broke_off_is_not_green() -> None:
    first = summary(told(outcomes=GREEN, finished="")).split("\n")[0]

    assert first == r"# Not green\. The run did not come to its end\."


def test_each_client_has_a_row_that_counts() -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", READER.render(summary(told())), re.DOTALL)[1:]

    counts = [re.findall(r">([^<\n]+)</td>", row) for row in rows]
    assert counts == [
        ["web", "1", "0", "1", "0", "0", "0"],
        ["spa", "0", "1", "0", "0", "0", "1"],
        ["app", "0", "0", "0", "1", "1", "0"],
    ]


def test_a_finding_has_its_remedy_and_an_undecided_cell_what_would_settle_it() -> None:
    rendered = READER.render(summary(told()))

    assert "Remedy: Require PKCE with S256 for every client." in rendered
    assert "https://www.rfc-editor.org/rfc/rfc7636#section-4.6" in rendered
    assert "What would settle it: A server that answers." in rendered
    assert "<li>Note: a note</li>" in rendered


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(payload: str) -> None:
    rendered = READER.render(summary(with_text(payload + " @all ![x](https://evil.test) |")))

    assert set(re.findall(r"<([a-z]+[0-9]?)", rendered)) <= OURS
    assert set(re.findall(r'href="(https?://[^/"]+)', rendered)) <= {"https://www.rfc-editor.org"}
    assert len(re.findall("<tr>", rendered)) == 4


def test_a_hostile_client_has_one_row() -> None:
    rendered = READER.render(summary(named("web", "a|b|`<b>\n\n# x")))

    assert rendered.count("<tr>") == 4
    assert rendered.count("<h1>") == 1


def test_a_summary_is_never_larger_than_a_job_page_takes_and_says_what_is_left_out() -> None:
    said = told()
    many = replace(said, findings=said.findings * 9000)

    text = summary(many)

    assert len(text.encode()) <= LARGEST < 1024 * 1024
    assert text.startswith(r"# 1 undecided")
    assert re.search(r"\*\*\d+ more did not fit in here\.\*\*", text[-200:])
