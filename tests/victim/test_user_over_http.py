"""The user without a window, at the real provider and the real client."""

from dataclasses import replace

import pytest
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from scenarios.channels import ACCESS_LOG
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.postures import S256
from scenarios.stage.http_browser import HttpBrowser
from scenarios.target import Key
from tests.world import World
from victim.user import SignInFailedError
from victim.user_over_http import UserOverHttp

pytestmark = pytest.mark.anyio

KEY = Key(ACCESS_LOG, S256)


def seat(world: World, password: str | None = None) -> UserOverHttp:
    account = world.target.people.victim
    if password is not None:
        account = replace(account, password=password)
    return UserOverHttp(HttpBrowser(world.http("victim-browser")), account, {PROVIDER_HOST})


def posts(world: World) -> list[str]:
    """The forms that the user has sent."""
    sent = (each for each in world.exchanges if each.source == "victim-browser")
    return [each.request.url for each in sent if each.request.method == "POST"]


async def test_the_user_signs_in_allows_and_is_back_at_the_client() -> None:
    world = World()
    user = seat(world)

    page = await user.follow(world.entry(KEY))

    assert (page.host, page.status) == (CLIENT_HOST, 200)
    assert world.target.people.victim.subject in page.text
    assert len(posts(world)) == 2

    # The second time nothing is asked: the user is signed in, and has allowed it.
    await user.open(world.entry(KEY))

    assert len(posts(world)) == 2


SCRIPTED = HTMLResponse("<div id='root'></div><SCRIPT src='/app.js'></SCRIPT>")


@pytest.mark.parametrize(
    ("page", "handed_over"),
    [
        (SCRIPTED, True),
        (HTMLResponse("<p>Nothing to do here</p>"), False),
        (HTMLResponse("<script></script>", 400), False),
    ],
    ids=["made by a script", "made by nobody", "an error"],
)
async def test_a_page_that_a_script_makes_goes_to_whoever_runs_scripts(
    page: HTMLResponse, handed_over: bool
) -> None:
    world, asked = World(), list[tuple[str, bool]]()

    async def window(url: str, *, willing: bool) -> str:
        asked.append((url, willing))
        return f"https://{CLIENT_HOST}/" if willing else ""

    world.servers[PROVIDER_HOST] = page
    browser = HttpBrowser(world.http("victim-browser"))
    user = UserOverHttp(browser, world.target.people.victim, {PROVIDER_HOST}, window)
    url = f"https://{PROVIDER_HOST}/page"

    ended = await user.follow(url)
    stayed = await user.follow(url, willing=False)

    assert asked == ([(url, True), (url, False)] if handed_over else [])
    assert ended.host == (CLIENT_HOST if handed_over else PROVIDER_HOST)
    assert stayed.url == url


async def test_a_wrong_password_is_told() -> None:
    world = World()

    with pytest.raises(SignInFailedError, match="kept the user"):
        await seat(world, "not the password").open(world.entry(KEY))


async def test_a_wrong_password_is_not_tried_without_end() -> None:
    world = World()

    page = await seat(world, "not the password").follow(world.entry(KEY))

    assert page.host == PROVIDER_HOST
    assert len(posts(world)) <= 4


async def test_a_request_that_the_provider_refuses_is_told() -> None:
    world = World()
    issuer = world.target.endpoint(KEY).provider.issuer
    url = f"{issuer}/authorize?client_id=nobody"

    with pytest.raises(SignInFailedError, match="kept the user: 400"):
        await seat(world).open(url)
    assert (await seat(world).follow(url)).status == 400


async def test_who_is_not_willing_says_no_and_is_back_at_the_client_without_a_login() -> None:
    world = World()

    page = await seat(world).follow(world.entry(KEY), willing=False)

    assert page.host == CLIENT_HOST
    assert "access_denied" in page.text
    assert "code=" not in page.url


async def test_the_password_is_typed_at_the_provider_only() -> None:
    world = World()
    received: list[str] = []

    async def phishing(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(scope["method"])
        await HTMLResponse('<form><input name="password"></form>')(scope, receive, send)

    world.servers[CLIENT_HOST] = phishing

    page = await seat(world).follow(f"https://{CLIENT_HOST}/")

    assert page.host == CLIENT_HOST
    assert received == ["GET"]
