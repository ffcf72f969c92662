import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim.identity_provider import DEMO, HARDENED, Parameters, Policy
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.pkce import (
    MET_BY_ANY,
    PLAIN,
    S256,
    UNMEETABLE,
    Challenge,
    Method,
    accepted_methods,
    read_challenge,
    rebound,
    s256,
)

UNRESERVED = string.ascii_letters + string.digits + "-._~"
verifiers = st.text(UNRESERVED, min_size=43, max_size=128)


def challenge_of(verifier: str, method: Method = S256) -> Challenge:
    return Challenge(method.transform(verifier), method)


def read(policy: Policy, **parameters: str) -> Challenge | None:
    return read_challenge(policy, Parameters(tuple(parameters.items())))


def test_s256_is_the_transformation_of_rfc_7636_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


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


class TestRebound:
    DROPPED = Policy(challenge_method_dropped=True)

    def rebind(self, policy: Policy, body: str) -> Method:
        return rebound(policy, challenge_of("v" * 43), Parameters.parse(body)).method

    def test_hardened_keeps_the_method_of_the_authorization_request(self) -> None:
        assert self.rebind(HARDENED, "code_challenge_method=plain") == S256

    def test_weak_takes_the_one_of_the_token_request(self) -> None:
        assert self.rebind(self.DROPPED, "code_challenge_method=plain") == PLAIN

    @pytest.mark.parametrize("body", ["", "code_challenge_method=S512"])
    def test_weak_keeps_the_method_when_it_is_told_no_other(self, body: str) -> None:
        assert self.rebind(self.DROPPED, body) == S256


class TestWithoutAChallenge:
    @pytest.mark.parametrize(
        ("switch", "challenge"),
        [
            ("pkce_only_at_token_endpoint", UNMEETABLE),
            ("verifier_without_challenge_accepted", MET_BY_ANY),
        ],
    )
    def test_weak_binds_the_code_to_what_stands_for_none(
        self, switch: str, challenge: Challenge
    ) -> None:
        assert read(Policy(**{switch: True})) == challenge
        assert read(Policy(**{switch: True}, pkce_optional=True)) is None
        with pytest.raises(OAuthError, match="invalid_request"):
            read(Policy(**{switch: True}), code_challenge_method="S256")

    def test_hardened_forgives_neither_an_empty_challenge_nor_a_lone_method(self) -> None:
        for parameters in ({"code_challenge": ""}, {"code_challenge_method": "S256"}):
            with pytest.raises(OAuthError, match="code_challenge is missing"):
                read(HARDENED, **parameters)


def test_weak_drops_the_padding_of_a_challenge() -> None:
    padded = Policy(padded_challenge_accepted=True)

    challenge = read(padded, code_challenge="c" * 43 + "=", code_challenge_method="S256")

    assert challenge == Challenge("c" * 43, S256)


def test_weak_takes_the_case_of_a_method_for_a_matter_of_taste() -> None:
    weak = Policy(challenge_method_case_insensitive=True)

    assert read(weak, code_challenge="c" * 43, code_challenge_method="s256")
    with pytest.raises(OAuthError, match="not supported"):
        read(weak, code_challenge="c" * 43, code_challenge_method="PLAIN")


def test_weak_takes_an_unknown_method_for_plain() -> None:
    weak = Policy(unknown_challenge_method_accepted=True)

    challenge = read(weak, code_challenge="c" * 50, code_challenge_method="S512")

    assert challenge == Challenge("c" * 50, PLAIN)
