import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import httpx
import pytest

from scenarios.stage.http_browser import HttpBrowser, Page, RedirectLoopError
from victim.sign_in.forms import Form

FORM = """<form action="/send?x=1&amp;y=2"><input name="token" value="t&amp;t">
<input name="name"><input type="submit" value="nameless"></form>
<button name="outside" value="none">outside of all forms</button>
<form><button name="decision" value="allow">Yes</button><button name="decision" value="deny">
No</button></form>"""

Answer = Callable[[httpx.Request], httpx.Response]


def page(text: str = "", kind: str = "text/html", status: int = 200) -> Answer:
    return lambda request: httpx.Response(status, text=text, headers={"content-type": kind})


def redirect(location: str, status: int = 302, cookie: str = "") -> Answer:
    headers = [("location", location), *([("set-cookie", cookie)] if cookie else [])]
    return lambda request: httpx.Response(status, headers=headers)


def browse(
    answers: dict[str, Answer], act: Callable[[HttpBrowser], Awaitable[Page]]
) -> tuple[Page, list[httpx.Request]]:
    """Where somebody ends who does this, and what was sent on the way."""
    sent: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answers[request.url.path](request)

    async def run() -> Page:
        async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as http:
            browser = HttpBrowser(http)
            ended = await act(browser)
            assert browser.page == ended
            return ended

    return asyncio.run(run()), sent


def opened(answers: dict[str, Answer], url: str = "https://a.test/") -> Page:
    return browse(answers, lambda browser: browser.open(url))[0]


def test_redirects_are_followed_to_their_end() -> None:
    there = "http://b.test/two"
    ended = opened({"/": redirect("/one?a=b"), "/one": redirect(there), "/two": page("hi")})

    assert (ended.url, ended.host, ended.status, ended.text) == (there, "b.test", 200, "hi")


def test_pages_are_asked_for_as_browsers_do() -> None:
    answers = {"/": redirect("/one"), "/one": page()}
    sent = browse(answers, lambda browser: browser.open("https://a.test/"))[1]

    assert [request.headers["accept"].split(",")[0] for request in sent] == ["text/html"] * 2


@pytest.mark.parametrize(
    "location", ["com.contoso.demo:/cb?code=c", "mailto:a@b.test", "javascript:alert(1)"]
)
def test_a_scheme_that_is_not_the_web_s_is_where_it_stops(location: str) -> None:
    ended = opened({"/": redirect(location)})

    assert (ended.url, ended.status, ended.forms) == (location, 0, ())


def test_whoever_sits_there_can_stop_before_a_redirect() -> None:
    async def stop(browser: HttpBrowser) -> Page:
        browser.stops_at = lambda url: "code=" in url
        return await browser.open("https://a.test/")

    back = "https://b.test/cb?code=c"
    ended, sent = browse({"/": redirect("/one"), "/one": redirect(back)}, stop)

    assert (ended.url, ended.status) == (back, 0)
    assert [request.url.path for request in sent] == ["/", "/one"]


def test_where_a_script_sends_it_whoever_sits_there_can_stop_too() -> None:
    back = "https://b.test/cb?code=c"

    async def stop(browser: HttpBrowser) -> Page:
        browser.stops_at = lambda url: "code=" in url
        return await browser.sent_to(back)

    gone, _ = browse({"/cb": page("here")}, lambda browser: browser.sent_to(back))
    stopped, sent = browse({}, stop)

    assert (gone.status, gone.text) == (200, "here")
    assert (stopped.url, stopped.status) == (back, 0)
    assert sent == []


def test_what_is_no_address_of_the_web_is_passed_on_to_the_operating_system() -> None:
    passed_on: list[str] = []

    def nobody_opens(url: str) -> str:
        passed_on.append(url)
        return ""

    async def follow(browser: HttpBrowser) -> Page:
        browser.passed_on = nobody_opens
        return await browser.open("https://a.test/")

    ended, _ = browse({"/": redirect("contoso:/cb?code=c")}, follow)

    assert [ended.url] == passed_on == ["contoso:/cb?code=c"]


def test_where_an_app_of_the_user_s_goes_on_with_it_that_is_where_it_ends() -> None:
    async def follow(browser: HttpBrowser) -> Page:
        browser.passed_on = lambda url: url.replace("contoso:", "https://a.test")
        return await browser.open("https://a.test/")

    ended, sent = browse({"/": redirect("contoso:/cb?code=c"), "/cb": page("in")}, follow)

    assert ended.url == "https://a.test/cb?code=c"
    assert [request.url.path for request in sent] == ["/", "/cb"]


def test_its_own_device_it_may_reach_in_another_way() -> None:
    def at_home(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f"an app at {request.url.port}")

    async def follow(browser: HttpBrowser) -> Page:
        async with httpx.AsyncClient(transport=httpx.MockTransport(at_home)) as own_device:
            browser.loopback = own_device
            return await browser.open("https://a.test/")

    ended, sent = browse({"/": redirect("http://127.0.0.1:4711/cb")}, follow)

    assert ended.text == "an app at 4711"
    assert [request.url.host for request in sent] == ["a.test"]


def test_servers_that_send_it_round_and_round_are_an_error() -> None:
    with pytest.raises(RedirectLoopError, match="more than 10 redirects"):
        opened({"/": redirect("/")})


def test_a_redirect_without_a_location_is_a_page() -> None:
    assert opened({"/": page("nowhere", status=302)}).text == "nowhere"


def test_cookies_are_kept_and_come_along_until_they_are_forgotten() -> None:
    async def thrice(browser: HttpBrowser) -> Page:
        await browser.open("https://a.test/")
        await browser.open("https://a.test/one")
        browser.forget()
        return await browser.open("https://a.test/one")

    _, sent = browse({"/": redirect("/one", cookie="s=1; Path=/; Secure"), "/one": page()}, thrice)

    assert [request.headers.get("cookie", "") for request in sent] == ["", "s=1", "s=1", ""]


def test_whoever_has_kept_a_profile_can_go_back_to_it() -> None:
    async def there_and_back(browser: HttpBrowser) -> Page:
        await browser.open("https://a.test/")
        kept = browser.http.cookies
        browser.forget()
        await browser.open("https://a.test/one")
        browser.http.cookies = kept
        return await browser.open("https://a.test/one")

    _, sent = browse(
        {"/": redirect("/one", cookie="s=1; Path=/; Secure"), "/one": page()}, there_and_back
    )

    assert [request.headers.get("cookie", "") for request in sent] == ["", "s=1", "", "s=1"]


def tossed(name: str, path: str, *urls: str) -> list[str]:
    """The cookies that come along to these addresses, with one that a neighbour of a.test set."""

    async def visit(browser: HttpBrowser) -> Page:
        browser.take_from_neighbour("https://a.test/page", name, "tossed", path)
        for url in urls:
            await browser.open(url)
        return browser.page

    _, sent = browse({"/": page(), "/in/here": page()}, visit)
    return [request.headers.get("cookie", "") for request in sent]


@pytest.mark.parametrize("name", ["session", "__Secure-session", "host-session"])
def test_a_neighbour_s_cookie_goes_to_the_host_that_it_is_for_and_to_no_other(name: str) -> None:
    cookies = tossed(name, "", "https://a.test/", "https://a.test/in/here", "https://b.test/")

    assert cookies == [f"{name}=tossed", f"{name}=tossed", ""]


def test_a_neighbour_s_cookie_goes_no_further_than_its_path() -> None:
    assert tossed("session", "/in", "https://a.test/", "https://a.test/in/here") == [
        "",
        "session=tossed",
    ]


@pytest.mark.parametrize("name", ["__Host-session", "__HOST-session", "__host-"])
def test_a_cookie_that_only_its_own_host_may_set_is_not_taken_from_a_neighbour(name: str) -> None:
    assert tossed(name, "", "https://a.test/") == [""]


def test_a_history_hears_of_every_address_with_its_fragment() -> None:
    visited: list[str] = []

    async def visit(browser: HttpBrowser) -> Page:
        browser.visited = visited.append
        await browser.open("https://a.test/")
        return await browser.submit(Form("https://a.test/send"), {})

    there = "https://b.test/one#access_token=t"
    browse({"/": redirect(there), "/one": page(), "/send": page()}, visit)

    assert visited == ["https://a.test/", there, "https://a.test/send"]


def test_a_form_of_somebody_else_s_is_sent_as_it_stands() -> None:
    foreign = Form("https://a.test/send", {"token": "t", "name": "mallory"})

    _, sent = browse({"/send": page()}, lambda browser: browser.submit(foreign, {}))

    assert dict(parse_qsl(sent[0].content.decode())) == foreign.fields


def test_whoever_stops_before_an_answer_stops_before_a_form_with_it_too() -> None:
    async def fill_in(browser: HttpBrowser) -> Page:
        await browser.open("https://a.test/")
        browser.stops_at = lambda url: "code=" in url
        return await browser.submit(Form("https://b.test/cb", {"code": "c"}), {})

    ended, sent = browse({"/": page()}, fill_in)

    assert (ended.url, ended.status) == ("https://b.test/cb?code=c", 0)
    assert len(sent) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/json", ""])
def test_only_a_page_has_forms(kind: str) -> None:
    assert opened({"/": page(FORM, kind)}).forms == ()


def test_forms_are_read_with_their_fields_as_they_stand() -> None:
    first, second = opened({"/login": page(FORM)}, "https://a.test/login?q=1").forms

    assert first == Form(
        "https://a.test/send?x=1&y=2", {"token": "t&t", "name": ""}, frozenset(), "GET"
    )
    assert second.action == "https://a.test/login?q=1"
    assert second.choices == {("decision", "allow"), ("decision", "deny")}


@pytest.mark.parametrize(
    ("status", "method", "form"),
    [
        (301, "GET", {}),
        (302, "GET", {}),
        (303, "GET", {}),
        (307, "POST", {"token": "t", "name": "alice"}),
        (308, "POST", {"token": "t", "name": "alice"}),
    ],
)
def test_a_form_is_sent_with_answers_and_goes_along_with_a_307_only(
    status: int, method: str, form: dict[str, str]
) -> None:
    blank = Form("https://a.test/send", {"token": "t", "name": ""})
    answers = {"/send": redirect("https://evil.test/next", status), "/next": page()}

    _, sent = browse(answers, lambda browser: browser.submit(blank, {"name": "alice"}))

    bodies = [dict(parse_qsl(request.content.decode())) for request in sent]
    assert [request.method for request in sent] == ["POST", method]
    assert bodies == [{"token": "t", "name": "alice"}, form]


def test_headers_go_with_the_request_that_they_are_meant_for() -> None:
    headers = {"X-Forwarded-Host": "evil.test"}

    _, sent = browse({"/": page()}, lambda browser: browser.open("https://a.test/", headers))

    assert sent[0].headers["x-forwarded-host"] == "evil.test"
