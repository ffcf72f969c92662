import re

import pytest

from tests.victim.client.conftest import ENTRY, PLAINTEXT, PROVIDER, SCHEME
from victim.client import GOOD, Endpoint, Habits, Pkce, pkce_of
from victim.client.endpoint import ARTICLE_VERIFIER


def endpoint(path: str = "/a", redirect_uri: str = ENTRY, **habits: bool) -> Endpoint:
    return Endpoint(path, "app", redirect_uri, PROVIDER, Habits(**habits), "s3cret-value")


def test_the_verifier_of_the_article_is_a_possible_one() -> None:
    assert len(ARTICLE_VERIFIER) == 72
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", ARTICLE_VERIFIER)  # RFC 7636 section 4.1


def test_an_endpoint_does_not_print_its_secret() -> None:
    assert "s3cret-value" not in repr(endpoint())


def test_an_endpoint_has_good_habits_and_no_secret_unless_it_is_said() -> None:
    plain = Endpoint("/a", "app", ENTRY, PROVIDER)

    assert (plain.habits, plain.client_secret, plain.native) == (GOOD, None, False)


def test_pkce_is_named_as_on_the_wire() -> None:
    assert [Pkce.PLAIN, Pkce.S256] == ["plain", "S256"]


def test_how_pkce_is_used_is_what_the_authorization_request_shows() -> None:
    assert pkce_of(GOOD) is endpoint().pkce is Pkce.S256
    assert endpoint(plain_used=True).pkce is Pkce.PLAIN
    for lost in ("pkce_unused", "challenge_lost"):
        assert endpoint(**{lost: True}).pkce is Pkce.NONE
        assert endpoint(plain_used=True, **{lost: True}).pkce is Pkce.NONE


@pytest.mark.parametrize(
    ("redirect_uri", "secure"),
    [(ENTRY, True), (PLAINTEXT, False), (SCHEME, False), ("http://localhost:5218/a", False)],
)
def test_cookies_can_be_secure_where_the_redirect_is(redirect_uri: str, secure: bool) -> None:
    assert endpoint(redirect_uri=redirect_uri).secure is secure


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/login", "login"),
        ("/scheme/verifier-in-state/s256", "scheme.verifier-in-state.s256"),
        ("/a+b.public", "a.b.public"),
        ("/a;b=c d", "a.b.c.d"),
    ],
)
def test_a_slug_is_the_path_as_a_cookie_may_be_named(path: str, slug: str) -> None:
    assert endpoint(path).slug == slug
    assert re.fullmatch(r"[\w.-]+", slug, re.ASCII)  # RFC 6265 section 4.1.1: a token
