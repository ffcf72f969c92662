"""Small identity providers of many makes: what stands on their pages, and what they do with it.

Each animal has its own way to ask for the same: ``alice`` and ``correct horse``, and her consent.
Whoever is let go arrives at ``CLIENT`` with a code or an error.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

USERNAME, PASSWORD = "alice", "correct horse"
CSRF = '<input type="hidden" name="csrf" value="c&amp;rf">'
USER_FIELD = '<label for="u">User name</label><input id="u" name="login" autocomplete="username">'
PASSWORD_FIELD = '<label>Password <input type="password" name="secret"></label>'
ONE_PAGE = f"<form method=post>{CSRF}{USER_FIELD}{PASSWORD_FIELD}<button>Log in</button></form>"

SEARCH = '<form action="/search"><input name="q" type="search"><button>Search</button></form>'
REGISTER = """<form method=post action="/register"><input name="username">
<input type="password" name="new" autocomplete="new-password"><button>Sign up</button></form>
<a href="/register">Register</a><a href="/forgot">Forgot password?</a>"""
LANGUAGES = '<form><select name="lang"><option value="en"><option value="de"></select></form>'
LOG_OUT = '<form method=post action="/logout"><button>Log out</button></form>'

CONSENTS = {
    "plain": "<button name=decision value=allow>Allow</button><button name=decision value=deny>No",
    "odd-order": """<input type=submit name=no value="Cancel">
<input type=submit name=decision value="Authorize">""",
    "wording": """<button name=reject value=1>Don't allow</button>
<button name=decision value=1>Continue</button>""",
    "german": "<button name=abort>Ablehnen</button><button name=decision>Zustimmen</button>",
    "scopes": """<label><input type=checkbox name=scope value=openid> Know you</label>
<label><input type=checkbox name=scope value=email> Your email</label>
<label><input type=checkbox name=remember value=yes> Remember this</label>
<button name=decision value=yes>Accept</button><button name=decision value=no>Decline</button>""",
    "confirm-box": """Do you consent? <input type=checkbox name=decision value=yes>
<button>Submit</button>""",
    "radios": """<label><input type=radio name=decision value=deny checked> Deny</label>
<label><input type=radio name=decision value=allow> Allow</label><button>Submit</button>
The app requests access to your name.""",
    "menu-beside": """Connection to Demo <button name=decision value=1>Continue</button>
<button id=selectGrant name=menu>Manage</button><button name=reject value=1>Refuse</button>""",
    "one-button": "<button name=decision value=yes>Allow</button>",
    "ticked-box": """<label><input type=checkbox name=decision value=yes checked> I agree</label>
<button>Submit</button>""",
    "only-yes": """<label><input type=radio name=decision value=yes> I consent</label>
<button>Submit</button>""",
}
WITHOUT_NO = {"one-button", "ticked-box", "only-yes"}
"""Where nothing on the page says no."""
_DENIALS = {"deny", "no", "reject", "abort"}


async def sent_by(request: Request) -> FormData:
    """What came with a form; Starlette's own reader wants a library for files as well."""
    return FormData(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def zoo(client: str, *, foreign: str = "") -> Starlette:
    """All the animals; ``client`` is where they let people go, ``foreign`` somebody else's host."""

    def go(**parameters: str) -> Response:
        return RedirectResponse(f"{client}?{urlencode(parameters)}", 303)

    def page(body: str, status: int = 200, title: str = "A page") -> Response:
        return HTMLResponse(f"<html><head><title>{title}</title></head><body>{body}", status)

    async def right(request: Request) -> bool:
        form = await sent_by(request)
        return form.get("login") == USERNAME and form.get("secret") == PASSWORD

    def asking(html: str, wrong_status: int = 200) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if request.method == "GET":
                return page(html)
            if await right(request):
                return go(code="c")
            return page(f"<p>Wrong password.</p>{html}", wrong_status, "Sign in")

        return answer

    async def two_pages(request: Request) -> Response:
        form = await sent_by(request)
        if form.get("login") == USERNAME and "secret" in form:
            return go(code="c") if form["secret"] == PASSWORD else page("Bad password")
        if "login" in form:
            return page(f"""<form method=post><input name=login value=alice readonly>
{PASSWORD_FIELD}<button>Sign in</button></form>{LOG_OUT}""")
        return page(f"<form method=post>{USER_FIELD}<button>Next</button></form>{SEARCH}")

    async def consent(request: Request) -> Response:
        make = request.path_params["make"]
        if request.method == "GET":
            return page(f"""<h1>Allow the app?</h1>{LOG_OUT}
<form method=post>{CSRF}{CONSENTS[make]}</form>{LANGUAGES}""")
        form = await sent_by(request)
        request.app.state.consents.append(form.multi_items())
        no = form.get("decision") in _DENIALS or _DENIALS & form.keys() or "decision" not in form
        return go(error="access_denied") if no else go(code="c")

    async def link_denies(request: Request) -> Response:
        if request.method == "POST":
            return go(code="c")
        denied = f"{client}?error=access_denied"
        return page(
            f'<form method=post><button>Continue</button></form><a href="{denied}">Cancel</a>'
        )

    async def form_post(request: Request) -> Response:
        return page(f"""<form id=f method=post action="{client}"><input type=hidden name=code
value=c></form><script>document.getElementById("f").submit()</script>""")

    async def endless(request: Request) -> Response:
        return page("<form method=post><button>Continue</button></form>")

    async def refresh(request: Request) -> Response:
        return page(f'<meta http-equiv="refresh" content="0; url={client}?code=c">')

    async def phishing(request: Request) -> Response:
        return page(ONE_PAGE.replace("<form", f'<form action="{foreign}"'))

    script = """<div id=root></div><script>setTimeout(() => {
root.innerHTML = '<input name=user placeholder="Email or user name"><input type=password id=p>'
  + '<button type=button id=b>Sign in</button><p id=m></p>';
b.onclick = async () => {
  const body = new URLSearchParams({login: root.children[0].value, secret: p.value});
  const answer = await fetch("/one-page", {method: "POST", body, redirect: "manual"});
  if (answer.type == "opaqueredirect") location = CLIENT + "?code=c"; else m.innerText = "Wrong";
}}, 300)</script>""".replace("CLIENT", f"{client!r}")

    otp = "<form method=post><label>Code<input name=otp autocomplete=one-time-code></label><button>"
    pages = {
        "/script": script,
        "/frame": '<h1>Welcome</h1><iframe src="/framed"></iframe>',
        "/mfa": f"<h1>Two-factor authentication</h1>{otp}Verify</button></form>",
        "/captcha": "<p>Please solve the captcha: are you human?</p>",
        "/error": f"<h1>Something went wrong</h1>invalid_request {SEARCH}{LOG_OUT}",
        "/help": f'<a href="/">Home</a><a href="/logout">Log out</a>{SEARCH}',
    }

    def still(html: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return page(html, 405 if request.method == "POST" else 200)

        return answer

    crowded = f"{SEARCH}{LANGUAGES}{REGISTER}{ONE_PAGE}{LOG_OUT}"
    routes: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/one-page": asking(ONE_PAGE),
        "/framed": asking(ONE_PAGE.replace("<form", "<form target=_top")),
        "/unauthorized": asking(ONE_PAGE, 401),
        "/crowded": asking(crowded),
        "/two-pages": two_pages,
        "/consent/{make}": consent,
        "/link-denies": link_denies,
        "/form-post": form_post,
        "/endless": endless,
        "/refresh": refresh,
        "/phishing": phishing,
        **{path: still(html) for path, html in pages.items()},
    }
    methods = ["GET", "POST"]
    app = Starlette(routes=[Route(path, do, methods=methods) for path, do in routes.items()])
    app.state.consents = []
    return app
