import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim.identity_provider import DEMO, HARDENED, Parameters, Policy
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.pkce import (
    PLAIN,
    S256,
    Challenge,
    Method,
    accepted_methods,
    check_verifier,
    read_challenge,
    s256,
)

UNRESERVED = string.ascii_letters + string.digits + "-._~"
verifiers = st.text(UNRESERVED, min_size=43, max_size=128)
methods = st.sampled_from([S256, PLAIN])


def challenge_of(verifier: str, method: Method = S256) -> Challenge:
    return Challenge(method.transform(verifier), method)


def read(policy: Policy, **parameters: str) -> Challenge | None:
    return read_challenge(policy, Parameters(tuple(parameters.items())))


def test_s256_is_the_transformation_of_rfc_7636_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(verifiers, methods)
def test_the_verifier_of_a_challenge_is_accepted(verifier: str, method: Method) -> None:
    check_verifier(challenge_of(verifier, method), verifier)


@given(verifiers, verifiers, methods)
def test_any_other_verifier_is_refused(verifier: str, other: str, method: Method) -> None:
    if verifier == other:
        return
    with pytest.raises(OAuthError, match="invalid_grant"):
        check_verifier(challenge_of(verifier, method), other)


@given(verifiers)
def test_a_challenge_is_no_verifier_for_itself_under_s256(verifier: str) -> None:
    challenge = challenge_of(verifier)

    with pytest.raises(OAuthError, match="invalid_grant"):
        check_verifier(challenge, challenge.value)


def test_a_missing_verifier_is_refused() -> None:
    with pytest.raises(OAuthError, match="invalid_grant: code_verifier is missing"):
        check_verifier(challenge_of("v" * 43), None)


def test_a_verifier_that_no_challenge_asked_for_is_refused() -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        check_verifier(None, "v" * 43)


def test_neither_challenge_nor_verifier_is_nothing_to_check() -> None:
    check_verifier(None, None)


@pytest.mark.parametrize(
    "verifier", ["v" * 42, "v" * 129, "v" * 43 + "+", "v" * 43 + "\n", "ö" * 43]
)
def test_a_verifier_outside_the_syntax_is_refused(verifier: str) -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        check_verifier(challenge_of("v" * 43), verifier)


@given(verifiers)
def test_every_s256_challenge_of_a_verifier_can_be_read(verifier: str) -> None:
    challenge = read(HARDENED, code_challenge=s256(verifier), code_challenge_method="S256")

    assert challenge == challenge_of(verifier)


@pytest.mark.parametrize(
    "value", ["c" * 42, "c" * 44, "c" * 43 + "=", "c" * 42 + "~", "c" * 42 + "+"]
)
def test_a_challenge_that_s256_cannot_have_produced_is_refused(value: str) -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        read(DEMO, code_challenge=value, code_challenge_method="S256")


@pytest.mark.parametrize("method", ["s256", "S512", "PLAIN", "none"])
def test_an_unknown_method_is_refused(method: str) -> None:
    with pytest.raises(OAuthError, match="transform algorithm not supported"):
        read(DEMO, code_challenge="c" * 43, code_challenge_method=method)


@pytest.mark.parametrize("policy", [HARDENED, DEMO])
def test_a_method_without_a_challenge_is_refused_by_everyone(policy: Policy) -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        read(policy, code_challenge="", code_challenge_method="S256")


class TestPkceOptional:
    def test_hardened_refuses_a_request_without_a_challenge(self) -> None:
        with pytest.raises(OAuthError, match="invalid_request: code_challenge is missing"):
            read(HARDENED)

    def test_weak_accepts_it(self) -> None:
        assert read(Policy(pkce_optional=True)) is None


class TestPlainAccepted:
    WEAK = Policy(plain_accepted=True)

    @pytest.mark.parametrize("named", [{"code_challenge_method": "plain"}, {}])
    def test_hardened_refuses_plain_named_or_implied(self, named: dict[str, str]) -> None:
        with pytest.raises(OAuthError, match="transform algorithm not supported"):
            read(HARDENED, code_challenge="c" * 43, **named)

    @pytest.mark.parametrize("named", [{"code_challenge_method": "plain"}, {}])
    def test_weak_accepts_plain_named_or_implied(self, named: dict[str, str]) -> None:
        challenge = read(self.WEAK, code_challenge="~" * 43, **named)

        assert challenge == Challenge("~" * 43, PLAIN)

    def test_weak_still_checks_the_syntax(self) -> None:
        with pytest.raises(OAuthError, match="invalid_request"):
            read(self.WEAK, code_challenge="c" * 42, code_challenge_method="plain")

    def test_the_accepted_methods_follow_the_switch(self) -> None:
        assert accepted_methods(HARDENED) == (S256,)
        assert accepted_methods(self.WEAK) == (S256, PLAIN)


def test_the_representation_of_a_challenge_keeps_its_value_to_itself() -> None:
    assert "vvv" not in repr(challenge_of("v" * 43, PLAIN))
