"""The user in a real browser, at the real provider and the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Page
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from scenarios.channels import CUSTOM_SCHEME, PLAINTEXT
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.postures import S256
from scenarios.stage.browser import Browser
from scenarios.target import Key
from tests.browsing import browsing
from tests.world import World
from victim import user as user_module
from victim.user import SignInFailedError, UserAtBrowser

pytestmark = [pytest.mark.stage, pytest.mark.anyio]

WEBSITE = f"http://{CLIENT_HOST}/plaintext/pkcepublics256"
KEY = Key(PLAINTEXT, S256)
SIGN_IN = '<h1>Sign in</h1><form method="post"><input type="password"><button type="submit">'


class Seat:
    """Where the user sits: the world, the page, and what the operating system was handed."""

    def __init__(self, world: World, page: Page, password: str | None = None) -> None:
        self.handed_over: list[str] = []
        self.page = page
        account = world.target.people.victim
        if password is not None:
            account = replace(account, password=password)
        self.user = UserAtBrowser(page, account, PROVIDER_HOST, self._hand_over)

    async def _hand_over(self, url: str) -> None:
        self.handed_over.append(url)


@asynccontextmanager
async def seated(
    world: World, browser: Browser, folder: Path, password: str | None = None
) -> AsyncIterator[Seat]:
    world.target.endpoint(KEY)  # it comes up when it is first asked for
    async with browsing(world, browser, folder) as chromium:
        yield Seat(world, await chromium.new_page(), password)


async def test_the_user_signs_in_allows_and_is_back_at_the_client(
    browser: Browser, tmp_path: Path
) -> None:
    world = World()
    async with seated(world, browser, tmp_path) as seat:
        await seat.user.open(WEBSITE)

        assert world.target.people.victim.subject in await seat.page.inner_text("main")
        assert seat.handed_over == []

        # The second time nothing is asked: the user is signed in, and has allowed it.
        posts: list[str] = []
        seat.page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
        await seat.user.open(WEBSITE)

        assert posts == []
        assert world.target.people.victim.subject in await seat.page.inner_text("main")


async def test_a_redirect_to_an_app_is_handed_to_the_operating_system_once(
    browser: Browser, tmp_path: Path
) -> None:
    world = World()
    start = await world.http("honest-app").get(world.entry(Key(CUSTOM_SCHEME, S256)))
    async with seated(world, browser, tmp_path) as seat:
        await seat.user.open(start.headers["location"])
        await seat.user.open(start.headers["location"])

    for url in seat.handed_over:
        assert url.startswith("com.contoso.demo:/pkcepublics256?")
        assert "code" in dict(parse_qsl(urlsplit(url).query))
    assert len(set(seat.handed_over)) == len(seat.handed_over) == 2


async def test_a_wrong_password_is_told_with_the_page_that_kept_the_user(
    browser: Browser, tmp_path: Path
) -> None:
    async with seated(World(), browser, tmp_path, password="not the password") as seat:
        with pytest.raises(SignInFailedError, match=r"kept the user on a page \['Sign in'\]"):
            await seat.user.open(WEBSITE)


async def test_a_request_that_the_provider_refuses_is_told(
    browser: Browser, tmp_path: Path
) -> None:
    async with seated(World(), browser, tmp_path) as seat:
        with pytest.raises(SignInFailedError, match="kept the user"):
            await seat.user.open(f"https://{PROVIDER_HOST}/demo/authorize?client_id=nobody")


async def test_the_password_is_typed_at_the_provider_only(browser: Browser, tmp_path: Path) -> None:
    received: list[str] = []

    async def phishing(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        received.append(request.method)
        await HTMLResponse(SIGN_IN)(scope, receive, send)

    world = World({CLIENT_HOST: phishing})
    async with seated(world, browser, tmp_path) as seat:
        await seat.user.open(f"http://{CLIENT_HOST}/")

        assert await seat.page.input_value("input[type=password]") == ""
    assert "POST" not in received


@pytest.mark.parametrize("host", [PROVIDER_HOST, CLIENT_HOST])
async def test_a_server_that_cannot_be_reached_is_no_arrival(
    browser: Browser, tmp_path: Path, host: str
) -> None:
    world = World()
    url = (await world.http("victim-browser").get(world.entry(KEY))).headers["location"]
    del world.servers[host]
    async with seated(world, browser, tmp_path) as seat:
        with pytest.raises(SignInFailedError, match="could not open the next page"):
            await seat.user.open(url)


async def test_a_provider_that_never_answers_wears_the_user_s_patience_out(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    monkeypatch.setattr(user_module, "_PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(user_module, "_ABORTED_SECONDS", 0.1)
    async with seated(World({PROVIDER_HOST: never}), browser, tmp_path) as seat:
        with pytest.raises(SignInFailedError, match=r"no page arrived: .*Timeout 1000ms"):
            await seat.user.open(f"https://{PROVIDER_HOST}/demo/authorize")


PAGE = "<button onclick='fetch(\"/clicked\")'>Win</button><div style='{style}'></div>"
OVER = "position: fixed; inset: 0"


@pytest.mark.parametrize(("style", "reached"), [("", True), (OVER, False)])
async def test_a_click_lands_on_what_lies_there(
    browser: Browser, tmp_path: Path, style: str, reached: bool
) -> None:
    asked: list[str] = []

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(Request(scope, receive).url.path)
        await HTMLResponse(PAGE.format(style=style))(scope, receive, send)

    async with seated(World({CLIENT_HOST: site}), browser, tmp_path) as seat:
        await seat.user.click_on(f"http://{CLIENT_HOST}/")

    assert ("/clicked" in asked) is reached


async def test_a_script_in_the_page_runs_before_the_click_and_its_windows_are_closed(
    browser: Browser, tmp_path: Path
) -> None:
    asked: list[str] = []

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(Request(scope, receive).url.path)
        await HTMLResponse("")(scope, receive, send)

    script = "document.body.innerHTML = `<button onclick='window.open(\"/other\")'>Go on</button>`"
    async with seated(World({CLIENT_HOST: site}), browser, tmp_path) as seat:
        await seat.user.click_on(f"http://{CLIENT_HOST}/", script)

        assert seat.page.context.pages == [seat.page]
    assert [path for path in asked if path != "/favicon.ico"] == ["/", "/other"]


@pytest.mark.parametrize(
    ("host", "typed"), [(PROVIDER_HOST, True), (CLIENT_HOST, False)], ids=["provider", "elsewhere"]
)
async def test_a_page_is_trusted_with_the_password_for_its_address_whatever_it_has_become(
    browser: Browser, tmp_path: Path, host: str, typed: bool
) -> None:
    received: list[bytes] = []
    form = '<form method="post"><input name="username"><input name="password" type="password">'
    page = f"<script>onload = () => {{ document.body.innerHTML = `{form}<button type=submit>` }}"

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(await Request(scope, receive).body())
        await HTMLResponse(f"{page}</script>" if len(received) == 1 else "")(scope, receive, send)

    async with seated(World({host: site}), browser, tmp_path) as seat:
        await seat.user.trust(f"https://{host}/")

    assert any(b"password=" in body for body in received) is typed


async def test_a_browser_that_is_sent_to_a_script_stays_where_it_was(
    browser: Browser, tmp_path: Path
) -> None:
    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        away = HTMLResponse("", 303, {"Location": "javascript:alert(1)"})
        await away(scope, receive, send)

    async with seated(World({PROVIDER_HOST: site}), browser, tmp_path) as seat:
        await seat.user.trust(f"https://{PROVIDER_HOST}/")

        assert seat.page.url == "about:blank"
