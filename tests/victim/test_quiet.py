"""Waiting for a real page that does what pages do: at once, in a frame, slowly, or not at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from scenarios.hosts import CLIENT_HOST
from scenarios.stage.browser import Browser
from tests.browsing import browsing
from tests.world import World
from victim import quiet
from victim.quiet import until_quiet

pytestmark = [pytest.mark.stage, pytest.mark.anyio]

ADDRESS = f"http://{CLIENT_HOST}"
_SLOW_SECONDS = 0.6


class Site:
    """A page with a frame; what it is asked for, once the answer is there."""

    def __init__(self) -> None:
        self.answered: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = Request(scope, receive).url.path
        if path == "/slow":
            await asyncio.sleep(_SLOW_SECONDS)
        page = HTMLResponse('<iframe src="/frame"></iframe>' if path == "/" else path)
        await page(scope, receive, send)
        self.answered.append(path)


@pytest.fixture
async def site() -> Site:
    return Site()


@pytest.fixture
async def page(site: Site, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with browsing(World({CLIENT_HOST: site}), browser, tmp_path) as chromium:
        page = await chromium.new_page()
        await page.goto(ADDRESS)
        yield page


@pytest.mark.parametrize(
    "script",
    [
        "frames[0].location = '/slow'",
        "fetch('/slow')",
        "fetch('/frame').then(() => fetch('/slow'))",
        "location = '/slow'",
        "window.open('/slow')",
        "window.open('/').addEventListener('load', () => fetch('/slow'))",
    ],
    ids=[
        *("in the frame", "by a script", "one after the other", "the page itself", "a window"),
        "its opener",
    ],
)
async def test_what_was_set_off_is_over_when_it_is_quiet(
    site: Site, page: Page, script: str
) -> None:
    await until_quiet(page, page.evaluate(f"() => {{ {script} }}"))

    assert "/slow" in site.answered


async def test_where_nothing_happens_the_wait_is_short(page: Page) -> None:
    async with asyncio.timeout(2):
        await until_quiet(page, page.evaluate("1"))


async def test_a_page_that_never_gets_quiet_is_told(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "_MOST_SECONDS", 1.0)

    with pytest.raises(TimeoutError):
        await until_quiet(page, page.evaluate("() => { setInterval(() => fetch('/frame'), 100) }"))
