"""The user at pages that nobody here has written, in a real browser; here the provider has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scenarios.channels import PLAINTEXT
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.postures import S256
from scenarios.stage.browser import Browser
from scenarios.target import Key
from tests.browsing import browsing
from tests.world import World
from victim.sign_in.hints import NO_HINTS
from victim.user import SignInFailedError
from victim.user_by_pages import UserByPages

pytestmark = [pytest.mark.stage, pytest.mark.anyio]

CLIENT = f"http://{CLIENT_HOST}/plaintext/pkcepublics256"


@asynccontextmanager
async def seated(browser: Browser, folder: Path, *hosts: str) -> AsyncIterator[UserByPages]:
    world = World()
    world.target.endpoint(Key(PLAINTEXT, S256))  # it comes up when it is first asked for
    async with browsing(world, browser, folder) as chromium:
        page, account = await chromium.new_page(), world.target.people.victim
        yield UserByPages(page, account, hosts, NO_HINTS, None, _no_app)


async def _no_app(url: str) -> None:
    raise AssertionError(url)


async def test_from_the_client_to_the_provider_and_back(browser: Browser, tmp_path: Path) -> None:
    async with seated(browser, tmp_path, PROVIDER_HOST) as user:
        await user.open(CLIENT)
        assert user.page.url.startswith(f"{CLIENT}?code=")


async def test_who_is_not_willing_brings_a_no(browser: Browser, tmp_path: Path) -> None:
    async with seated(browser, tmp_path, PROVIDER_HOST) as user:
        assert await user.follow(CLIENT, willing=False)
        await user.page.wait_for_url("**error=access_denied**")


async def test_who_never_comes_to_the_provider_is_told(browser: Browser, tmp_path: Path) -> None:
    async with seated(browser, tmp_path, "elsewhere.test") as user:
        assert not await user.follow(CLIENT)
        with pytest.raises(SignInFailedError):
            await user.open(CLIENT)
