import pytest

from victim.identity_provider import DEMO, HARDENED, Policy, RegistrationRefusedError
from victim.identity_provider.redirects import check_registration


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


class TestPrivateSchemeWithoutDotAccepted:
    POLICY = Policy(private_scheme_without_dot_accepted=True)

    def test_hardened_refuses_a_scheme_that_names_no_owner(self) -> None:
        with pytest.raises(RegistrationRefusedError, match=r"reversed domain"):
            check_registration(HARDENED, "myapp:/cb")

    def test_weak_accepts_it_but_still_no_script(self) -> None:
        check_registration(self.POLICY, "myapp:/cb")
        with pytest.raises(RegistrationRefusedError):
            check_registration(self.POLICY, "javascript:alert(1)")


class TestScriptSchemeAccepted:
    POLICY = Policy(script_scheme_accepted=True)
    SCRIPTS = ("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x")

    @pytest.mark.parametrize("registered", SCRIPTS)
    def test_hardened_refuses_it(self, registered: str) -> None:
        with pytest.raises(RegistrationRefusedError, match=r"RFC8252#7\.1"):
            check_registration(HARDENED, registered)

    @pytest.mark.parametrize("registered", SCRIPTS)
    def test_weak_accepts_it_but_no_other_scheme_without_an_owner(self, registered: str) -> None:
        check_registration(self.POLICY, registered)
        with pytest.raises(RegistrationRefusedError):
            check_registration(self.POLICY, "myapp:/cb")


class TestRedirectWildcardAccepted:
    POLICY = Policy(redirect_wildcard_accepted=True)

    def test_hardened_refuses_a_wildcard(self) -> None:
        with pytest.raises(RegistrationRefusedError, match="not an absolute URI"):
            check_registration(HARDENED, "https://*.app.test/cb")

    def test_weak_accepts_it_for_subdomains(self) -> None:
        check_registration(self.POLICY, "https://*.app.test/cb")

    @pytest.mark.parametrize("uri", ["https://app.test/*", "https://*/cb", "*://app.test/cb"])
    def test_weak_accepts_it_nowhere_else(self, uri: str) -> None:
        with pytest.raises(RegistrationRefusedError):
            check_registration(self.POLICY, uri)
