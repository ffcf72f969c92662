"""Everything comes up together, knows only its own, and goes together."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from reports.records import Record
from reports.redaction.secrets import Vault
from scenarios.embedded import Embedded, invent_people
from scenarios.hosts import PROVIDER_HOST
from scenarios.stage import sweep
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import set_stage
from victim.identity_provider import DEMO

pytestmark = pytest.mark.stage


def ignore(record: Record) -> None:
    return


async def visit(browser: Browser) -> Path:
    """Set a stage, speak to its provider over TLS from a client and a browser, and take it down."""
    async with set_stage(
        StageOptions(browser, port=0), Vault(), ignore, Embedded(invent_people())
    ) as stage:
        async with stage.network.http_client("thief", "x") as http:
            issuer = stage.target.tenant(DEMO).issuer
            answer = await http.get(f"{issuer}/.well-known/openid-configuration")
            assert answer.json()["issuer"] == issuer
        page = await (await stage.browser_context("victim-browser", "y")).new_page()
        reply = await page.goto(f"https://{PROVIDER_HOST}/")
        assert reply is not None
        assert reply.status == 404  # the provider's own, and no warning about its certificate
        assert stage.directory.exists()
    return stage.directory


def test_stages_of_one_process_follow_each_other_and_leave_nothing(browser: Browser) -> None:
    before = dict(os.environ)

    # In one loop and in another: mitmproxy keeps global state, which must not tie a stage to one.
    async def twice() -> list[Path]:
        return [await visit(browser), await visit(browser)]

    directories = [*asyncio.run(twice()), asyncio.run(visit(browser))]

    assert len(set(directories)) == 3
    assert not [path for path in directories if path.exists()]
    marked = {sweep.stage_of(one.pid) for one in sweep.processes()}
    assert marked.isdisjoint(str(path) for path in directories)
    assert dict(os.environ) == before


def test_a_client_of_the_stage_gives_up_on_a_name_that_is_not_declared(browser: Browser) -> None:
    async def ask() -> httpx.Response:
        options = StageOptions(browser, port=0, desktop=False)
        async with (
            set_stage(options, Vault(), ignore, Embedded(invent_people())) as stage,
            stage.network.http_client("thief", "x") as http,
        ):
            return await http.get("http://undeclared.test/")

    answer = asyncio.run(ask())

    assert answer.status_code == 403
    assert answer.text == "codejack: undeclared.test:80 is out of scope.\n"
