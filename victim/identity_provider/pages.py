"""The pages that a user sees: sign in, consent, the way back to the client, error."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from victim.identity_provider.grants import AuthorizationRequest
from victim.identity_provider.messages import Response, html_response
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, User

_TEMPLATES = Path(__file__).parent / "templates"
_HARDENED = Policy()
_STYLE = (_TEMPLATES / "page.css").read_text("utf-8")

_JINJA = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_JINJA.globals["style"] = Markup(_STYLE)  # noqa: S704 - our own file

_ANY = "'unsafe-inline'"
_SUBMIT = "document.forms[0].submit()"

_SCOPE_WORDS = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your email address",
    "offline_access": "Keep access while you are away",
}


def login(
    policy: Policy,
    action: str,
    csrf_token: str,
    client: Client,
    *,
    username: str = "",
    wrong: bool = False,
) -> Response:
    """The sign-in form; 403 when the password that was sent is ``wrong``."""
    return _page(
        policy,
        "login.html",
        403 if wrong else 200,
        action=action,
        csrf_token=csrf_token,
        client=client,
        username=username,
        wrong=wrong,
    )


def consent(
    policy: Policy, action: str, csrf_token: str, request: AuthorizationRequest, user: User
) -> Response:
    """The question whether ``user`` allows what the client asks for."""
    return _page(
        policy,
        "consent.html",
        action=action,
        csrf_token=csrf_token,
        client=request.client,
        redirect_uri=request.redirect_uri,
        user=user,
        permissions=[_SCOPE_WORDS[word] for word in request.scope],
    )


def form_post(policy: Policy, redirect_uri: str, parameters: Mapping[str, str | None]) -> Response:
    """A form that sends itself to the client with the parameters that are not ``None``."""
    return _page(
        policy,
        "form_post.html",
        redirect_uri=redirect_uri,
        parameters={name: value for name, value in parameters.items() if value is not None},
        script=_SUBMIT,
    )


def error(message: str, status: int = 400) -> Response:
    """A refusal that the user must see because the client must not."""
    return _page(_HARDENED, "error.html", status, message=message, status=status)


def allows_framing(policy: Policy) -> bool:
    """Whether a page of another site may show ours in a frame (RFC 9700 section 4.16)."""
    return policy.page_framing_allowed


def allows_any_script(policy: Policy) -> bool:
    """Whether a page that leads to a redirect URI lets that be a script (RFC 8252 section 7.1)."""
    return policy.script_scheme_accepted


def referrer_policy(policy: Policy) -> str:
    """What the next server is told of where the browser comes from (RFC 9700 section 4.2.4)."""
    return "unsafe-url" if policy.referrer_leaked else "no-referrer"


def _page(
    policy: Policy, template: str, http_status: int = 200, /, *, script: str = "", **content: object
) -> Response:
    trusted = Markup(script)  # noqa: S704 - our own text
    page = _JINJA.get_template(template).render(content, script=trusted)
    return html_response(page, http_status, *_protection(policy, script))


def _protection(policy: Policy, script: str) -> Iterator[tuple[str, str]]:
    # There is no form-action: Chromium holds it against every redirect that follows the form, and
    # the last of those lead to the client and wherever the client goes from there.
    content = f"default-src 'none'; style-src {_source(_STYLE)}; img-src data:; base-uri 'none'"
    if script:
        content += f"; script-src {_source(script) if not allows_any_script(policy) else _ANY}"
    if allows_framing(policy):
        yield "Content-Security-Policy", content
    else:
        yield "Content-Security-Policy", f"{content}; frame-ancestors 'none'"
        yield "X-Frame-Options", "DENY"
    yield "Referrer-Policy", referrer_policy(policy)


def _source(text: str) -> str:
    """A content security policy's name for this text and no other."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
