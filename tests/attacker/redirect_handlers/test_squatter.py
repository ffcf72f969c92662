import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from attacker.redirect_handlers.squatter import squatter_app

pytestmark = pytest.mark.anyio

HONEST = "http://127.0.0.1:5218"


async def echo(request: Request) -> Response:
    """The honest app of these tests says what reached it."""
    path = request.scope["raw_path"].decode()
    query = request.scope["query_string"].decode()
    if path == "/login":
        response: Response = RedirectResponse("https://idp.test/authorize?response_type=code", 302)
        response.set_cookie("session", "of-this-browser")
        response.set_cookie("theme", "dark")
        return response
    if path == "/missing":
        return Response("not here", 404)
    body = (await request.body()).decode()
    headers = dict(request.headers)
    return JSONResponse({"path": path, "query": query, "body": body, "headers": headers})


class Squat:
    def __init__(self) -> None:
        self.relayed: list[httpx.Request] = []

        async def note(request: httpx.Request) -> None:
            self.relayed.append(request)

        honest = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
        self.relay = httpx.AsyncClient(
            transport=httpx.ASGITransport(honest), event_hooks={"request": [note]}
        )
        self.app = squatter_app(self.relay, HONEST)

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:5218")


@pytest.fixture
def squat() -> Squat:
    return Squat()


async def test_a_redirect_with_a_code_is_answered_and_goes_no_further(squat: Squat) -> None:
    page = await squat.browser().get("/pkcepublic?code=the-code&state=s")

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "the-code" not in page.text
    assert squat.relayed == []


@pytest.mark.parametrize(
    "target", ["/", "/pkcepublic", "/a/b?x=1&y=", "/a%2Fb%3Fc?q=%26", "/cb?error=denied&state=s?"]
)
async def test_everything_else_reaches_the_honest_app_as_it_was_sent(
    squat: Squat, target: str
) -> None:
    answer = (await squat.browser().get(target)).json()

    path, _, query = target.partition("?")
    assert (answer["path"], answer["query"]) == (path, query)
    assert str(squat.relayed[0].url).startswith(HONEST)


async def test_a_form_and_what_the_browser_says_of_itself_are_passed_on(squat: Squat) -> None:
    headers = {"user-agent": "A browser", "accept-language": "de"}
    answer = await squat.browser().post("/form", data={"a": "b"}, headers=headers)

    assert answer.json()["body"] == "a=b"
    passed = answer.json()["headers"]
    assert passed["content-type"] == "application/x-www-form-urlencoded"
    assert headers.items() <= passed.items()


async def test_the_answer_of_the_honest_app_comes_back_whole(squat: Squat) -> None:
    login = await squat.browser().get("/login")

    assert login.status_code == 302
    assert login.headers["location"] == "https://idp.test/authorize?response_type=code"
    assert [cookie.partition(";")[0] for cookie in login.headers.get_list("set-cookie")] == [
        "session=of-this-browser",
        "theme=dark",
    ]
    missing = await squat.browser().get("/missing")
    assert (missing.status_code, missing.text) == (404, "not here")


async def test_no_browser_is_given_the_session_of_another(squat: Squat) -> None:
    victim, somebody_else = squat.browser(), squat.browser()
    await victim.get("/login")

    seen_of_victim = (await victim.get("/a")).json()["headers"]
    seen_of_other = (await somebody_else.get("/a")).json()["headers"]

    assert "session=of-this-browser" in seen_of_victim["cookie"]
    assert not seen_of_other.get("cookie")
