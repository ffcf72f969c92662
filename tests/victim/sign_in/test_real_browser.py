"""A person in a real browser, at providers of many makes."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from scenarios.stage.browser import Browser
from scenarios.stage.servers import bind, serve
from tests.zoo import CONSENTS, PASSWORD, USERNAME, zoo
from victim.sign_in.hints import Hints
from victim.sign_in.real_browser import find_yes, sign_in
from victim.user import SignInFailedError

pytestmark = pytest.mark.stage

CLIENT, WEB = "com.app:/callback", "http://localhost:1/callback"


@dataclass(frozen=True)
class Account:
    username: str = USERNAME
    password: str = PASSWORD


type Visit = Callable[[Page, str, Collection[str]], Awaitable[Any]]


def at_zoo(browser: Browser, client: str, visit: Visit) -> Any:
    """What comes of a visit, in one browser, to the zoo: its address, and the host of that."""

    async def run() -> Any:
        async with (
            serve(zoo(client), bind("127.0.0.1", 0)) as (host, port),
            async_playwright() as playwright,
            await playwright.chromium.launch(
                executable_path=browser.path, chromium_sandbox=os.geteuid() != 0
            ) as chromium,
        ):
            page = await chromium.new_page()
            return await visit(page, f"http://{host}:{port}", {f"{host}:{port}"})

    return asyncio.run(run())


def chromium_of(page: Page) -> Chromium:
    browser = page.context.browser
    assert browser is not None
    return browser


LETS_GO = ["one-page", "crowded", "two-pages", "form-post", "refresh", "frame", "script"]


@pytest.mark.parametrize("client", [CLIENT, pytest.param(WEB, marks=pytest.mark.long)])
def test_whoever_has_the_password_is_let_go(browser: Browser, client: str) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> dict[str, str]:
        places = LETS_GO + [f"consent/{make}" for make in CONSENTS]
        if client == CLIENT:
            places.remove("form-post")  # No form can be posted to an app.
        left_for = {}
        for each in places:
            fresh = await chromium_of(page).new_page()
            left_for[each] = await sign_in(fresh, f"{zoo}/{each}", Account(), hosts)
            await fresh.close()
        return left_for

    left_for = at_zoo(browser, client, visit)

    posted = left_for.pop("form-post", client)
    assert posted == client
    assert set(left_for.values()) == {f"{client}?code=c"}, left_for


FAILS = {
    "mfa": "second factor",
    "captcha": "captcha",
    "error": "nothing here to sign in",
    "endless": "12 pages",
    "help": "nothing here",
}


@pytest.mark.long
def test_what_nobody_gets_past_is_named_and_shown(browser: Browser) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> dict[str, SignInFailedError]:
        failures = {}
        for place in FAILS:
            with pytest.raises(SignInFailedError) as raised:
                await sign_in(page, f"{zoo}/{place}", Account(), hosts)
            failures[place] = raised.value
        return failures

    for place, failure in at_zoo(browser, CLIENT, visit).items():
        assert FAILS[place] in str(failure)
        assert place in str(failure)
        assert failure.screenshot.startswith(b"\x89PNG")


@pytest.mark.parametrize("place", ["one-page", "unauthorized", "script"])
def test_a_wrong_password_is_sent_once_and_told(browser: Browser, place: str) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> list[str]:
        posts: list[str] = []
        page.on("request", lambda each: posts.append(each.url) if each.method == "POST" else None)
        with pytest.raises(SignInFailedError, match="asks for the password again") as raised:
            await sign_in(page, f"{zoo}/{place}", Account(password="wrong horse"), hosts)
        assert "wrong horse" not in str(raised.value)
        return posts

    assert len(at_zoo(browser, CLIENT, visit)) == 1


def test_a_target_may_know_better(browser: Browser) -> None:
    hints = Hints("#u", "input[name=secret]", "text=Log in >> visible=true")

    async def own(page: Page, username: str, password: str) -> None:
        await page.fill("#u", username)
        await page.fill("[name=secret]", password)
        await page.click("text=Log in")

    async def broken(page: Page, username: str, password: str) -> None:
        raise ValueError(password)

    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> list[str]:
        place = f"{zoo}/one-page"
        with pytest.raises(SignInFailedError, match="login function raised ValueError") as raised:
            await sign_in(page, place, Account(), hosts, own=broken)
        assert PASSWORD not in str(raised.value)
        return [
            await sign_in(await chromium_of(page).new_page(), place, Account(), hosts, own=own),
            await sign_in(await chromium_of(page).new_page(), place, Account(), hosts, hints),
        ]

    assert at_zoo(browser, CLIENT, visit) == [f"{CLIENT}?code=c"] * 2


def test_a_page_that_never_comes_is_given_up(browser: Browser) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> None:
        async def hang(route: Any) -> None:
            await asyncio.sleep(10)

        await page.route("**/one-page", hang)
        await sign_in(page, f"{zoo}/one-page", Account(), hosts, patience=1)

    with pytest.raises(SignInFailedError, match="not signed in within 1 s"):
        at_zoo(browser, CLIENT, visit)


def test_a_click_where_the_yes_is_says_yes(browser: Browser) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> list[str]:
        left = []
        for make in ("plain", "wording", "ticked-box"):
            await page.set_viewport_size({"width": 400, "height": 80})
            spot = await find_yes(page, f"{zoo}/consent/{make}", Account(), hosts)
            assert spot.width == 400
            assert spot.y < spot.height
            await page.set_viewport_size({"width": 400, "height": round(spot.height)})
            async with page.expect_request(lambda each: "/callback" in each.url) as request:
                await page.mouse.click(spot.x, spot.y)
            left.append((await request.value).url)
        return left

    assert at_zoo(browser, WEB, visit) == [f"{WEB}?code=c"] * 3


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("one-page", "asks for no consent"),
        ("consent/scopes", "one click would not allow it"),
        ("help", "nothing here"),
    ],
)
def test_where_one_click_does_not_do_that_is_told(
    browser: Browser, place: str, reason: str
) -> None:
    async def visit(page: Page, zoo: str, hosts: Collection[str]) -> None:
        with pytest.raises(SignInFailedError, match=reason):
            await find_yes(page, f"{zoo}/{place}", Account(), hosts)

    at_zoo(browser, WEB, visit)
