import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim.identity_provider import DEMO, HARDENED, Policy, RegistrationRefusedError
from victim.identity_provider.redirects import check_registration, matches

LITERALS = ["http://127.0.0.1", "http://[::1]"]
paths = st.sampled_from(["", "/", "/cb", "/cb/deeper", "/cb?tenant=1", "/CB"])
origins = st.sampled_from(
    [
        *LITERALS,
        "http://localhost",
        "http://127.0.0.2",
        "http://127.0.0.1.evil.test",
        "http://app.test",
        "https://app.test",
        "https://127.0.0.1",
        "https://[::1]",
    ]
)
ports = st.none() | st.integers(1, 65535)


def uri(origin: str, port: int | None, path: str) -> str:
    return origin + ("" if port is None else f":{port}") + path


@given(st.sampled_from(LITERALS), ports, ports, paths)
def test_a_loopback_literal_matches_on_any_port(
    origin: str, registered: int | None, requested: int | None, path: str
) -> None:
    assert matches(uri(origin, registered, path), uri(origin, requested, path))


@given(origins, ports, paths, origins, ports, paths)
def test_everything_else_matches_only_itself(
    origin: str, port: int | None, path: str, other: str, other_port: int | None, other_path: str
) -> None:
    ours, theirs = uri(origin, port, path), uri(other, other_port, other_path)
    same_literal = origin == other and origin in LITERALS and path == other_path

    assert matches(ours, theirs) == (ours == theirs or same_literal)


@pytest.mark.parametrize(
    "requested",
    [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://127.0.0.1:8x/cb",
        "http://127.0.0.1:\uff18\uff10/cb",
        "http://127.0.0.1:80/cb\n",
        "http://127.0.0.1:80/cb#fragment",
        "http://user@127.0.0.1:80/cb",
        "HTTP://127.0.0.1:80/cb",
        "http://[::1]:80/cb",
        "http://[0:0:0:0:0:0:0:1]:80/cb",
        "http://0x7f000001:80/cb",
        "http://127.1:80/cb",
        "http://127.0.0.1:80/cb/",
        "http://127.0.0.1:80/cb?x=1",
        "http://127.0.0.1:80/cb/../other",
        "http://127.0.0.1:80\\@evil.test/cb",
    ],
)
def test_a_disguise_of_a_loopback_redirect_does_not_match(requested: str) -> None:
    assert not matches("http://127.0.0.1/cb", requested)


@given(st.text(max_size=40))
def test_no_text_but_the_registered_one_matches(requested: str) -> None:
    registered = "https://app.test/cb"

    assert matches(registered, requested) == (registered == requested)


@pytest.mark.parametrize(
    "registered",
    [
        "https://app.test/cb",
        "https://app.test:8443/cb?tenant=1",
        "http://localhost:5218/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:5218/cb",
        "http://[::1]/cb",
        "com.example.app:/cb",
        "com.example.app://cb",
    ],
)
def test_a_sound_redirect_can_be_registered(registered: str) -> None:
    check_registration(HARDENED, registered)


@pytest.mark.parametrize(
    ("registered", "clause"),
    [
        ("", "RFC6749#3.1.2"),
        ("/cb", "RFC6749#3.1.2"),
        ("//app.test/cb", "RFC6749#3.1.2"),
        ("https:///cb", "RFC6749#3.1.2"),
        ("https://app.test/cb#x", "RFC6749#3.1.2"),
        ("https://app.test/cb#", "RFC6749#3.1.2"),
        ("https://*.app.test/cb", "RFC6749#3.1.2"),
        ("https://app.test/c b", "RFC6749#3.1.2"),
        ("https://app.test\\@evil.test/cb", "RFC6749#3.1.2"),
        ("https://app.test/cb\n", "RFC6749#3.1.2"),
        ("https://app.test:port/cb", "RFC6749#3.1.2"),
        ("https://[::1/cb", "RFC6749#3.1.2"),
        ("https://app.test@evil.test/cb", "RFC3986#7.6"),
        ("myapp:/cb", "RFC8252#7.1"),
        ("javascript:alert(1)", "RFC8252#7.1"),
        ("data:text/html,x", "RFC8252#7.1"),
        ("file:///cb", "RFC8252#7.1"),
        ("com.:/cb", "RFC8252#7.1"),
    ],
)
@pytest.mark.parametrize("policy", [HARDENED, DEMO])
def test_an_unsound_redirect_is_refused_with_its_clause(
    policy: Policy, registered: str, clause: str
) -> None:
    with pytest.raises(RegistrationRefusedError) as refusal:
        check_registration(policy, registered)
    assert refusal.value.clause == clause
    assert clause in str(refusal.value)


class TestPlaintextRedirectAccepted:
    PLAINTEXT = ("http://app.test/cb", "http://127.0.0.2/cb", "http://localhost.evil.test/cb")

    @pytest.mark.parametrize("registered", PLAINTEXT)
    def test_hardened_refuses_http_beyond_loopback(self, registered: str) -> None:
        with pytest.raises(RegistrationRefusedError, match=r"in clear \(RFC9700#2\.6\)"):
            check_registration(HARDENED, registered)

    @pytest.mark.parametrize("registered", PLAINTEXT)
    def test_weak_accepts_it(self, registered: str) -> None:
        check_registration(Policy(plaintext_redirect_accepted=True), registered)
