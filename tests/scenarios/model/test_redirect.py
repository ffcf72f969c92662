import pytest

from scenarios.model.redirect import Spelling, bent, is_of_web_site

REGISTERED = "https://app.test/cb"


def spelling(template: str, **more: object) -> Spelling:
    return Spelling("any", "No title", template, bent_by=(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("{registered}/../x", "https://app.test/cb/../x"),
        ("https://{host}.evil.test{path}", "https://app.test.evil.test/cb"),
        ("{scheme}://{authority}{PATH}", "https://app.test/CB"),
    ],
)
def test_it_is_made_of_the_parts_of_the_registered_one(template: str, made: str) -> None:
    assert spelling(template).bend(REGISTERED) == bent(template, REGISTERED) == made


def test_the_request_names_it_where_the_row_says() -> None:
    assert spelling("-").as_request("u") == {"redirect_uri": "u"}
    assert spelling("-", place="second").as_request("u") == {"more": [("redirect_uri", "u")]}
    assert spelling("-", place="none").as_request("u") == {"redirect_uri": None}


def test_the_token_request_names_what_the_code_came_by() -> None:
    assert spelling("-").as_token_request("u").changes == {"redirect_uri": "u"}


@pytest.mark.parametrize(
    ("redirect_uri", "assured"),
    [
        ("https://app.example.com/callback", True),
        ("http://app.example.com/callback", False),
        ("https://localhost/callback", False),
        ("https://127.0.0.1/callback", False),
        ("https://[::1]/callback", False),
        ("com.example.app:/callback", False),
    ],
)
def test_only_an_https_redirect_of_a_host_of_its_own_tells_who_a_client_is(
    redirect_uri: str, assured: bool
) -> None:
    assert is_of_web_site(redirect_uri) is assured


WEB_SITE, DEVELOPERS, APP = REGISTERED, "http://localhost:3000/cb", "com.example.app:/cb"


@pytest.mark.parametrize(
    ("of", "registered", "objection"),
    [
        ("any", APP, ""),
        ("web", APP, "it bends redirect URIs of the web"),
        ("web", DEVELOPERS, ""),
        ("web site", DEVELOPERS, "it bends https redirect URIs"),
        ("web site", WEB_SITE, ""),
        ("loopback", WEB_SITE, "it bends http redirect URIs on loopback"),
        ("loopback", "https://localhost/cb", "it bends http redirect URIs on loopback"),
        ("loopback", APP, "it bends http redirect URIs on loopback"),
        ("loopback", DEVELOPERS, ""),
        ("loopback", "http://127.0.0.1/cb", ""),
    ],
)
def test_what_cannot_be_bent_so_is_told(of: str, registered: str, objection: str) -> None:
    told = spelling("https://evil.test{path}", of=of).objection(registered)
    assert told.startswith(objection)
    assert bool(told) is bool(objection)


def test_what_stays_the_same_proves_nothing() -> None:
    capitals = spelling("{scheme}://{authority}{PATH}", of="web")
    assert "as it is" in capitals.objection("http://localhost:3000/")
    assert "as it is" in capitals.objection("https://app.test/1/")
    assert capitals.objection("https://app.test/a") == ""


def test_of_a_client_on_loopback_scheme_and_port_are_kept() -> None:
    assert bent("{scheme}://{authority}@evil.test{path}", DEVELOPERS) == (
        "http://localhost:3000@evil.test/cb"
    )


@pytest.mark.parametrize(
    ("template", "registered", "made"),
    [
        ("http://{loopback}.evil.test", WEB_SITE, "http://127.0.0.1.evil.test"),
        ("http://{loopback}.evil.test", DEVELOPERS, "http://localhost.evil.test"),
        ("http://{loopback}:80@evil.test", "http://127.0.0.1/cb", "http://127.0.0.1:80@evil.test"),
        ("http://{other_loopback}/", WEB_SITE, "http://localhost/"),
        ("http://{other_loopback}/", DEVELOPERS, "http://127.0.0.1/"),
        ("http://{other_loopback}/", "http://127.0.0.1:3000/cb", "http://localhost/"),
    ],
)
def test_what_is_bent_on_loopback_begins_with_the_client_s_own_host(
    template: str, registered: str, made: str
) -> None:
    assert bent(template, registered) == made


@pytest.mark.parametrize("query", ["?a=1", "?a=1&b=2"])
def test_one_more_parameter_comes_behind_those_that_are_there(query: str) -> None:
    more = "{registered}{joint}next=x"

    assert bent(more, REGISTERED) == f"{REGISTERED}?next=x"
    assert bent(more, f"{REGISTERED}{query}") == f"{REGISTERED}{query}&next=x"
