"""The pages that a user sees: sign in, consent, error."""

import hashlib
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from victim.identity_provider.grants import AuthorizationRequest
from victim.identity_provider.messages import Response, html_response
from victim.identity_provider.registry import Client, User

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "page.css").read_text("utf-8")
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_JINJA = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_JINJA.globals["style"] = Markup(_STYLE)  # noqa: S704 - our own file

# There is no form-action: Chromium holds it against every redirect that follows the form, and the
# last of those lead to the client and wherever the client goes from there.
_PROTECTION = (
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
        "base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)

_SCOPE_WORDS = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your email address",
    "offline_access": "Keep access while you are away",
}


def login(
    action: str, csrf_token: str, client: Client, *, username: str = "", wrong: bool = False
) -> Response:
    """The sign-in form; 403 when the password that was sent is ``wrong``."""
    return _page(
        "login.html",
        403 if wrong else 200,
        action=action,
        csrf_token=csrf_token,
        client=client,
        username=username,
        wrong=wrong,
    )


def consent(action: str, csrf_token: str, request: AuthorizationRequest, user: User) -> Response:
    """The question whether ``user`` allows what the client asks for."""
    return _page(
        "consent.html",
        action=action,
        csrf_token=csrf_token,
        client=request.client,
        redirect_uri=request.redirect_uri,
        user=user,
        permissions=[_SCOPE_WORDS[word] for word in request.scope],
    )


def error(message: str, status: int = 400) -> Response:
    """A refusal that the user must see because the client must not."""
    return _page("error.html", status, message=message, status=status)


def _page(template: str, http_status: int = 200, /, **content: object) -> Response:
    page = _JINJA.get_template(template).render(content)
    return html_response(page, http_status, *_PROTECTION)
