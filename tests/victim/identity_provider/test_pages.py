from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

from victim.identity_provider import HARDENED, Client, ClientType, Policy, Response, User, pages
from victim.identity_provider.grants import AuthorizationRequest

HOSTILE = '"><script>alert(1)</script>'
CLIENT = Client("app", HOSTILE, ClientType.PUBLIC, ("https://app.test/cb",))
ALICE = User("sub", "alice", "password", HOSTILE, "alice@example.test")
REQUEST = AuthorizationRequest(CLIENT, f"https://app.test/cb?{HOSTILE}", ("openid", "email"))
LOGIN = pages.login(
    HARDENED, "https://idp.test/login", "token", CLIENT, username=HOSTILE, wrong=True
)
CONSENT = pages.consent(HARDENED, "https://idp.test/consent", "token", REQUEST, ALICE)
FORM_POST = pages.form_post(HARDENED, f"https://app.test/cb?{HOSTILE}", {"state": HOSTILE})
ERROR = pages.error(HOSTILE)
every_page = pytest.mark.parametrize(
    "page", [LOGIN, CONSENT, FORM_POST, ERROR], ids=["login", "consent", "form post", "error"]
)


def digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@every_page
def test_no_page_can_be_framed_cached_or_leak_its_address(page: Response) -> None:
    policy = page.header("content-security-policy")

    assert page.header("x-frame-options") == "DENY"
    assert "frame-ancestors 'none'" in policy
    assert page.header("referrer-policy") == "no-referrer"
    assert page.header("cache-control") == "no-store"
    assert page.header("x-content-type-options") == "nosniff"


@every_page
def test_the_policy_allows_the_style_of_the_page_and_its_own_script_only(page: Response) -> None:
    styles = re.findall("<style>(.*)</style>", page.text, re.DOTALL)
    scripts = re.findall("<script>(.*?)</script>", page.text, re.DOTALL)

    policy = page.header("content-security-policy")

    assert policy.startswith("default-src 'none';")
    assert re.findall("style-src ([^;]*)", policy) == [digest(style) for style in styles]
    assert re.findall("script-src ([^;]*)", policy) == [digest(script) for script in scripts]
    assert len(scripts) == (page is FORM_POST)
    assert "unsafe" not in policy


@every_page
def test_hostile_text_stays_text(page: Response) -> None:
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_login_form_has_the_fields_that_a_password_manager_looks_for() -> None:
    assert re.search(r'<input [^>]*name="username"', LOGIN.text)
    assert re.search(r'<input [^>]*name="password" type="password"', LOGIN.text)
    assert '<button type="submit">Sign in</button>' in LOGIN.text
    assert '<form method="post" action="https://idp.test/login">' in LOGIN.text


def test_the_consent_page_says_what_is_asked_for_and_where_it_leads() -> None:
    assert "Know who you are" in CONSENT.text
    assert "See your email address" in CONSENT.text
    assert "See your name" not in CONSENT.text
    assert "https://app.test/cb?" in CONSENT.text
    assert 'value="allow">Allow</button>' in CONSENT.text
    assert 'value="deny" class="quiet">Deny</button>' in CONSENT.text


def test_the_form_post_page_sends_itself_and_can_be_sent_by_hand() -> None:
    assert '<form method="post" action="https://app.test/cb?' in FORM_POST.text
    assert "<script>document.forms[0].submit()</script>" in FORM_POST.text
    assert '<button type="submit">Continue</button>' in FORM_POST.text


def test_a_parameter_without_a_value_is_no_field() -> None:
    page = pages.form_post(HARDENED, "https://app.test/cb", {"code": "c", "state": None})

    assert 'name="code" value="c"' in page.text
    assert 'name="state"' not in page.text


def test_only_where_a_redirect_uri_may_be_a_script_the_page_that_leads_there_runs_any() -> None:
    def scripts(policy: Policy) -> list[str]:
        page = pages.form_post(policy, "https://app.test/cb", {})
        return re.findall("script-src ([^;]*)", page.header("content-security-policy"))

    assert scripts(Policy(script_scheme_accepted=True)) == ["'unsafe-inline'"]
    assert scripts(HARDENED) == [digest("document.forms[0].submit()")]


def test_each_protection_goes_with_its_own_weakness_only() -> None:
    def headers(policy: Policy) -> set[tuple[str, str]]:
        return set(pages.login(policy, "https://idp.test/login", "token", CLIENT).headers)

    hardened = headers(HARDENED)
    framed = hardened - headers(Policy(page_framing_allowed=True))
    leaking = hardened - headers(Policy(referrer_leaked=True))

    assert {name for name, _ in framed} == {"Content-Security-Policy", "X-Frame-Options"}
    assert {name for name, _ in leaking} == {"Referrer-Policy"}
