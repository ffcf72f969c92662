"""Accounts that sign in with a real browser first, and go on without one."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page

from reports.records import Exchange
from reports.runlog import StoredRun, read_log
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.preflight import look_first
from scenarios.real import RealSite
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.target import InBrowser
from tests.scenarios.foreign import ALICE, Foreign, foreign

pytestmark = pytest.mark.stage


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with foreign(tmp_path_factory.mktemp("server")) as running:
        yield running


def looked(site: RealSite, browser: Browser, folder: Path) -> tuple[Preflight, StoredRun]:
    options = StageOptions(browser, port=0)
    known = asyncio.run(look_first(folder, site, options, lambda record: None))
    return known, read_log(known.runs[-2].log)


def sign_ins(run: StoredRun) -> list[Exchange]:
    return [each for each in run.of(Exchange) if "password=" in each.request.body]


def test_who_has_signed_in_with_a_window_need_not_without_one(
    server: Foreign, browser: Browser, tmp_path: Path
) -> None:
    site = replace(server.site(), login=InBrowser())

    known, run = looked(site, browser, tmp_path)

    assert known.troubles == []
    assert known.login == InBrowser()
    (once,) = sign_ins(run)
    assert once.play == ""  # before any play, and for all clients


def test_a_function_of_one_s_own_signs_in(
    server: Foreign, browser: Browser, tmp_path: Path
) -> None:
    called: list[str] = []

    async def own(page: Page, username: str, password: str) -> None:
        called.append(username)
        await page.fill("input[name=username]", username)
        await page.fill("input[type=password]", password)
        await page.click("button[type=submit]")

    known, _ = looked(replace(server.site(), login=InBrowser(own=own)), browser, tmp_path)

    assert known.troubles == []
    assert called[0] == ALICE.username


def test_without_a_word_forms_are_filled_in_and_no_window_opens(
    server: Foreign, browser: Browser, tmp_path: Path
) -> None:
    known, run = looked(server.site(), browser, tmp_path)

    assert known.login is None
    assert all(each.play for each in sign_ins(run))
