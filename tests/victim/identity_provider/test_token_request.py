import pytest

from victim.identity_provider import HARDENED, Policy, Request
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.token_request import accepted_methods, read_parameters, required

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def post(body: bytes, query: str = "") -> Request:
    return Request.parse("POST", "/token", query, FORM, body)


def get(query: str) -> Request:
    return Request.parse("GET", "/token", query)


def refused(policy: Policy, request: Request) -> str:
    with pytest.raises(OAuthError, match="invalid_request") as caught:
        read_parameters(policy, request)
    return caught.value.description


def test_the_parameters_are_those_of_the_form() -> None:
    assert read_parameters(HARDENED, post(b"a=1&b=2")).pairs == (("a", "1"), ("b", "2"))


def test_a_required_parameter_is_there_or_named() -> None:
    parameters = read_parameters(HARDENED, post(b"code=1&empty="))

    assert required(parameters, "code") == "1"
    for name in ("empty", "absent"):
        with pytest.raises(OAuthError, match=f"invalid_request: {name} is missing"):
            required(parameters, name)


class TestHardened:
    def test_a_get_is_no_token_request(self) -> None:
        assert accepted_methods(HARDENED) == ("POST",)
        assert "form" in refused(HARDENED, get("code=1"))

    @pytest.mark.parametrize("name", ["code", "code_verifier"])
    def test_nothing_may_stand_in_the_url(self, name: str) -> None:
        assert "URL" in refused(HARDENED, post(b"a=1", query=f"{name}=1"))

    @pytest.mark.parametrize("name", ["code", "code_verifier"])
    def test_nothing_may_be_repeated(self, name: str) -> None:
        body = f"{name}=1&{name}=1".encode()

        assert refused(HARDENED, post(body)) == f"repeated: {name}"


class TestTokenRequestByGetAccepted:
    WEAK = Policy(token_request_by_get_accepted=True)

    def test_weak_reads_the_url_of_a_get(self) -> None:
        assert accepted_methods(self.WEAK) == ("POST", "GET")
        assert read_parameters(self.WEAK, get("code=1")).get("code") == "1"

    def test_weak_reads_nothing_but_the_form_of_a_post(self) -> None:
        assert read_parameters(self.WEAK, post(b"code=1")).get("code") == "1"
        assert "URL" in refused(self.WEAK, post(b"a=1", query="code=1"))

    def test_weak_still_refuses_what_is_repeated(self) -> None:
        assert refused(self.WEAK, get("code=1&code=2")) == "repeated: code"


class TestVerifierInQueryAccepted:
    WEAK = Policy(verifier_in_query_accepted=True)

    def test_weak_reads_the_verifier_there(self) -> None:
        parameters = read_parameters(self.WEAK, post(b"code=1", query="code_verifier=2"))

        assert parameters.pairs == (("code", "1"), ("code_verifier", "2"))

    def test_weak_reads_nothing_else_there(self) -> None:
        assert "URL" in refused(self.WEAK, post(b"a=1", query="code=1"))


@pytest.mark.parametrize("which", ["first", "last"])
def test_a_duplicated_verifier_is_the_only_duplicate_that_a_weak_provider_takes(which: str) -> None:
    weak = Policy(**{f"duplicate_verifier_{which}_wins": True})

    assert read_parameters(weak, post(b"code_verifier=1&code_verifier=2")).repeated()
    assert refused(weak, post(b"code=1&code=2")) == "repeated: code"
