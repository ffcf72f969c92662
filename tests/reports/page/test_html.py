"""The page is read back with a parser of its own, and opened in a real browser."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from reports.page.html import render
from reports.page.visible import LONGEST
from reports.records import Exchange
from tests.reports.page import sample
from tests.reports.page.hostile import PAYLOADS, poisoned, renamed


class Reader(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def shape(self) -> list[tuple[str, list[str]]]:
        return [(tag, list(attributes)) for tag, attributes in self.elements]

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def _outward(page: Reader) -> list[str]:
    links = page.values("href")
    return [href for href in links if not href.startswith(("#", "https://www.rfc-editor.org/rfc/"))]


def test_the_same_run_gives_the_same_bytes() -> None:
    assert render(*sample.sample()) == render(*sample.sample())


def test_the_policy_allows_our_style_sheet_and_nothing_that_runs_or_loads() -> None:
    page = render(*sample.sample())
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert [c for c in Reader(page).values("content") if c.startswith("default-src")] == [
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_text_changes_no_element_and_no_attribute(payload: str) -> None:
    harmless = Reader(render(*poisoned("y" * len(payload))))
    hostile = Reader(render(*poisoned(payload)))
    known = {tag for tag, _ in harmless.shape}
    assert {tag for tag, _ in hostile.shape} <= known
    assert not known & {"script", "iframe", "object", "embed", "link", "base", "form"}
    assert not any(n == "style" or n.startswith("on") for _, names in hostile.shape for n in names)
    assert _outward(hostile) == []
    assert all(src.startswith("data:image/png;base64,") for src in hostile.values("src"))
    # Wrapping in the diagram may differ with the spaces of a payload; nothing else may.
    assert _beyond_text(hostile) == _beyond_text(harmless)


def _beyond_text(page: Reader) -> list[tuple[str, list[str]]]:
    return [element for element in page.shape if element[0] not in {"text", "a", "b"}]


@pytest.mark.parametrize("name", ["stolen-code", "s256", "thief", "custom-scheme"])
def test_hostile_ids_and_actors_stay_text(name: str) -> None:
    page = Reader(render(*renamed(name, f"{name}\"'><script>\u202e")))
    assert "script" not in {tag for tag, _ in page.elements}
    assert set(page.values("href")) & {f"#{id_}" for id_ in page.values("id")}


def test_no_character_of_the_page_is_invisible() -> None:
    page = render(*poisoned(PAYLOADS[5]))
    assert all(char.isprintable() or char in "\n\t" for char in page)
    assert "⟨U+202E⟩⟨U+2066⟩⟨U+200B⟩␀␛[31m␍⟨U+2028⟩" in page


def test_captured_urls_are_text_and_never_links() -> None:
    page = Reader(render(*sample.sample()))
    assert "https://login.idp.test/token" in page.text
    assert _outward(page) == []


def test_every_inner_link_leads_somewhere_and_every_id_is_one() -> None:
    page = Reader(render(*sample.sample()))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(ids)
    assert all(
        reference in ids for value in page.values("aria-labelledby") for reference in value.split()
    )


def test_every_planned_cell_is_reached_from_the_matrix() -> None:
    run, judgement = sample.sample()
    page = render(run, judgement)
    matrix = Reader(page.partition('<table class="matrix">')[2].partition("</table>")[0])
    cells = [href for href in matrix.values("href") if href.startswith("#cell.")]
    assert len(cells) == len(run.started.plan)


def test_huge_text_is_cut_wherever_it_stands_and_says_so() -> None:
    page = render(*poisoned("x" * 65_536))
    assert "more characters in the run log]" in page
    assert "x" * (LONGEST + 1) not in page
    assert len(page) < 200 * 65_536


def test_what_a_request_object_states_is_shown_where_there_is_one() -> None:
    run, judgement = sample.sample()
    signed = [each for each in run.of(Exchange) if each.request.request_object]

    text = Reader(render(run, judgement)).text

    assert 0 < text.count("Its request object states:\nstate: state#2\n") == len(signed)


def test_a_run_that_crashed_renders_and_says_so_first() -> None:
    run, judgement = sample.settled()
    for length in range(1, len(run.records), 29):
        cut = replace(run, records=run.records[:length], finished=None)
        text = Reader(render(cut, judgement)).text
        assert text.index("did not come to its end") < text.index("When the honest client")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"none of {', '.join(names)} is installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def _opened(
    browser: Browser, folder: Path, page: str, **context: Any
) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page opened from disk, what it asked for, and what its console and dialogs said."""
    path = folder / "report.html"
    path.write_text(page)
    tab = browser.new_page(**context)
    asked: list[str] = []
    said: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", dismissed)
    tab.goto(path.as_uri())
    yield tab, [url for url in asked if not url.startswith(("file:", "data:image/png"))], said
    tab.close()


def _open_all(tab: Page) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")


@pytest.mark.stage
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_with_everything_open(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    with _opened(browser, tmp_path, render(*sample.sample()), color_scheme=scheme) as (tab, _, _):
        _open_all(tab)
        results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.stage
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_page_stays_silent_in_the_browser(
    browser: Browser, tmp_path: Path, payload: str
) -> None:
    with _opened(browser, tmp_path, render(*poisoned(payload))) as (tab, asked, said):
        _open_all(tab)
        tab.wait_for_load_state("networkidle")
        title = tab.title()
    assert (asked, said) == ([], [])
    assert title.startswith("codejack · attack report")


@pytest.mark.stage
def test_the_policy_stops_what_escaping_would_have_missed(browser: Browser, tmp_path: Path) -> None:
    slip = "<body><script>document.title = 'owned'</script><p style='color:red'>x</p>"
    page = render(*sample.sample()).replace("<body>", slip)
    with _opened(browser, tmp_path, page) as (tab, _, said):
        assert tab.title() != "owned"
    assert len([line for line in said if "Content Security Policy" in line]) == 2


@pytest.mark.stage
def test_a_matrix_link_opens_its_cell(browser: Browser, tmp_path: Path) -> None:
    with _opened(browser, tmp_path, render(*sample.sample())) as (tab, _, _):
        body = tab.locator("[id='cell.stolen-code.custom-scheme.s256']")
        assert not body.is_visible()
        tab.locator("[href='#cell.stolen-code.custom-scheme.s256']").click()
        assert body.is_visible()


@pytest.mark.stage
def test_a_narrow_page_never_scrolls_sideways(browser: Browser, tmp_path: Path) -> None:
    narrow = {"width": 360, "height": 740}
    with _opened(browser, tmp_path, render(*poisoned("z" * 900)), viewport=narrow) as (tab, _, _):
        _open_all(tab)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(wide) == 0
