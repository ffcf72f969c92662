from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

from victim.identity_provider import HARDENED, Client, ClientType, Response, User, pages
from victim.identity_provider.grants import AuthorizationRequest

HOSTILE = '"><script>alert(1)</script>'
CLIENT = Client("app", HOSTILE, ClientType.PUBLIC, ("https://app.test/cb",))
ALICE = User("sub", "alice", "password", HOSTILE, "alice@example.test")
REQUEST = AuthorizationRequest(CLIENT, f"https://app.test/cb?{HOSTILE}", ("openid", "email"))
LOGIN = pages.login(
    HARDENED, "https://idp.test/login", "token", CLIENT, username=HOSTILE, wrong=True
)
CONSENT = pages.consent(HARDENED, "https://idp.test/consent", "token", REQUEST, ALICE)
ERROR = pages.error(HOSTILE)
every_page = pytest.mark.parametrize(
    "page", [LOGIN, CONSENT, ERROR], ids=["login", "consent", "error"]
)


@every_page
def test_no_page_can_be_framed_cached_or_leak_its_address(page: Response) -> None:
    policy = page.header("content-security-policy")

    assert page.header("x-frame-options") == "DENY"
    assert "frame-ancestors 'none'" in policy
    assert page.header("referrer-policy") == "no-referrer"
    assert page.header("cache-control") == "no-store"
    assert page.header("x-content-type-options") == "nosniff"


@every_page
def test_the_policy_allows_the_style_of_the_page_and_no_script(page: Response) -> None:
    style = re.search("<style>(.*)</style>", page.text, re.DOTALL)
    assert style
    digest = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    policy = page.header("content-security-policy")

    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@every_page
def test_hostile_text_stays_text(page: Response) -> None:
    assert "<script" not in page.text
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
