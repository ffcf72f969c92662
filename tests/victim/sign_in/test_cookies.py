"""Cookies that a real browser was given reach the same server without it, and the way back."""

import asyncio
import os

import httpx
import pytest
from playwright.async_api import async_playwright
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from scenarios.stage.browser import Browser
from scenarios.stage.http_browser import HttpBrowser
from scenarios.stage.servers import bind, serve
from victim.sign_in.cookies import from_jar, into_jar

COOKIES = {"plain": {}, "marked": {"secure": True}, "__Host-s": {"secure": True, "httponly": True}}
ALL = set(COOKIES)


async def app(scope, receive, send):  # type: ignore[no-untyped-def]
    request = Request(scope)
    response: Response = HTMLResponse(" ".join(sorted(request.cookies)))
    if request.url.path == "/set":
        for name, attributes in COOKIES.items():
            response.set_cookie(name, "v=1", **attributes)  # type: ignore[arg-type]
    await response(scope, receive, send)


@pytest.mark.stage
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_what_a_browser_was_given_travels_on_without_it_and_back(
    browser: Browser, host: str
) -> None:
    async def run() -> tuple[str, str]:
        async with (
            serve(app, bind("127.0.0.1", 0)) as (_, port),
            async_playwright() as playwright,
            await playwright.chromium.launch(
                executable_path=browser.path, chromium_sandbox=os.geteuid() != 0
            ) as chromium,
            httpx.AsyncClient(trust_env=False) as http,
        ):
            page = await chromium.new_page()
            await page.goto(f"http://{host}:{port}/set")
            http.cookies = jar = into_jar(await page.context.cookies())
            answer = await http.get(f"http://{host}:{port}/")
            other = await chromium.new_context()
            await other.add_cookies(from_jar(jar))
            page = await other.new_page()
            await page.goto(f"http://{host}:{port}/")
            return answer.text, await page.inner_text("body")

    there, back = asyncio.run(run())
    assert set(there.split()) == set(back.split()) == ALL


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_browser_without_a_window_keeps_secure_cookies_of_its_own_device(host: str) -> None:
    async def run() -> str:
        async with (
            serve(app, bind("127.0.0.1", 0)) as (_, port),
            httpx.AsyncClient(trust_env=False) as http,
        ):
            seat = HttpBrowser(http)
            await seat.open(f"http://{host}:{port}/set")
            return (await seat.open(f"http://{host}:{port}/")).text

    assert set(asyncio.run(run()).split()) == ALL


@pytest.mark.parametrize(
    ("domain", "url", "arrives"),
    [
        (".example.com", "https://idp.example.com/", True),
        ("idp.example.com", "https://idp.example.com/", True),
        ("idp.example.com", "https://example.com/", False),
        ("idp.example.com", "http://idp.example.com/", False),
        (".example.com", "https://example.org/", False),
        ("idp", "https://idp/", True),
    ],
)
def test_a_cookie_goes_to_its_host_and_path_only(domain: str, url: str, arrives: bool) -> None:
    cookie = {
        "name": "n", "value": "v", "domain": domain, "path": "/", "expires": -1.0,
        "httpOnly": True, "secure": True, "sameSite": "Lax",
    }  # fmt: skip
    jar = into_jar([cookie])  # type: ignore[list-item]
    request = httpx.Request("GET", url)
    jar.set_cookie_header(request)

    assert request.headers.get("cookie") == ("n=v" if arrives else None)
    (back,) = from_jar(jar)
    assert {**cookie, "sameSite": None} == {**back, "sameSite": None}
