import pytest

from victim.sign_in.addresses import authority, is_at, last_segment


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://IDP.example.com/authorize", "idp.example.com"),
        ("https://idp.example.com:443/", "idp.example.com"),
        ("http://idp.example.com:443/", "idp.example.com:443"),
        ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("http://[::1]:9000/", "[::1]:9000"),
        ("https://user:secret@idp.example.com/", "idp.example.com"),
        ("about:blank", ""),
        ("https://idp.example.com:port/", ""),
    ],
)
def test_an_authority_names_the_port_unless_it_is_the_usual_one(url: str, named: str) -> None:
    assert authority(url) == named


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:5218/callback",
        "http://127.0.0.1:9001/",
        "com.app://127.0.0.1:9000/callback",
        "https://127.0.0.1:9000.evil.test/",
    ],
)
def test_another_port_host_or_scheme_is_somewhere_else(url: str) -> None:
    assert not is_at(url, {"127.0.0.1:9000"})
    assert is_at("http://127.0.0.1:9000/authorize", {"127.0.0.1:9000"})


@pytest.mark.parametrize(
    ("url", "segment"),
    [
        ("https://idp.example.com/register-here/consent", "consent"),
        ("https://idp.example.com/realms/demo/logout/?next=/", "logout"),
        ("https://idp.example.com", ""),
    ],
)
def test_what_an_address_does_stands_at_its_end(url: str, segment: str) -> None:
    assert last_segment(url) == segment
