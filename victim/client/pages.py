"""The few pages of the client. They show no secret, because screenshots end up in reports."""

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} - Contoso</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f4f6f4; color: #1d2b24 }}
header {{ background: #14532d; color: #fff; padding: .8rem 2rem; font-weight: 600 }}
main {{ max-width: 34rem; margin: 3rem auto; background: #fff; padding: 1.5rem 2rem;
        border: 1px solid #d5ddd7; border-radius: .5rem }}
h1 {{ font-size: 1.35rem; margin: 0 0 .5rem }}
</style><header>Contoso Demo</header><main><h1>{title}</h1><p>{text}</p></main></html>"""


def signed_in(user: Mapping[str, str]) -> HTMLResponse:
    """The page after a login, with the name that userinfo gave."""
    return _page("Signed in", f"Welcome, {user.get('name', '')} ({user.get('sub', '')}).", 200)


def failed(reason: str, status: int = 400) -> HTMLResponse:
    """The page after a login that did not work."""
    return _page("Sign-in failed", reason, status)


def _page(title: str, text: str, status: int) -> HTMLResponse:
    body = _PAGE.format(title=escape(title), text=escape(text))
    return HTMLResponse(body, status, {"Referrer-Policy": "no-referrer"})
