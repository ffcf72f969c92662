import re

from victim.client import Endpoint, Pkce
from victim.client.endpoint import ARTICLE_VERIFIER


def test_the_verifier_of_the_article_is_a_possible_one() -> None:
    assert len(ARTICLE_VERIFIER) == 72
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", ARTICLE_VERIFIER)  # RFC 7636 section 4.1


def test_an_endpoint_does_not_print_its_secret() -> None:
    endpoint = Endpoint("/a", "app", "https://app.test/a", Pkce.S256, client_secret="s3cret-value")

    assert "s3cret-value" not in repr(endpoint)


def test_pkce_is_named_as_on_the_wire() -> None:
    assert [Pkce.PLAIN, Pkce.S256] == ["plain", "S256"]
