"""The few pages of the client. They show no secret, because screenshots end up in reports."""

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

from victim.client.company import ALONE, Company

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} - Contoso</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f4f6f4; color: #1d2b24 }}
header {{ background: #14532d; color: #fff; padding: .8rem 2rem; font-weight: 600 }}
main {{ max-width: 34rem; margin: 3rem auto; background: #fff; padding: 1.5rem 2rem;
        border: 1px solid #d5ddd7; border-radius: .5rem }}
h1 {{ font-size: 1.35rem; margin: 0 0 .5rem }}
</style><header>Contoso Demo</header><main><h1>{title}</h1><p>{text}</p></main>{company}</html>"""


def signed_in(user: Mapping[str, str], company: Company = ALONE) -> HTMLResponse:
    """The page after a login, with the name that userinfo gave."""
    text = f"Welcome, {user.get('name', '')} ({user.get('sub', '')})."
    return _page("Signed in", text, 200, company)


def failed(reason: str, status: int = 400, company: Company = ALONE) -> HTMLResponse:
    """The page after a login that did not work."""
    return _page("Sign-in failed", reason, status, company)


def _page(title: str, text: str, status: int, company: Company) -> HTMLResponse:
    body = _PAGE.format(title=escape(title), text=escape(text), company=company.html)
    return HTMLResponse(body, status, {"Referrer-Policy": company.referrer_policy})
