import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim.identity_provider import HARDENED, Parameters, Policy
from victim.identity_provider.code_verifier import (
    WrongVerifierError,
    check_verifiers,
    sent_verifiers,
)
from victim.identity_provider.errors import OAuthError
from victim.identity_provider.pkce import (
    MET_BY_ANY,
    PLAIN,
    S256,
    UNMEETABLE,
    Challenge,
    Method,
)

UNRESERVED = string.ascii_letters + string.digits + "-._~"
verifiers = st.text(UNRESERVED, min_size=43, max_size=128)
methods = st.sampled_from([S256, PLAIN])


def challenge_of(verifier: str, method: Method = S256) -> Challenge:
    return Challenge(method.transform(verifier), method)


def check(challenge: Challenge | None, *sent: str | None, policy: Policy = HARDENED) -> None:
    check_verifiers(policy, challenge, sent)


@given(verifiers, methods)
def test_the_verifier_of_a_challenge_is_accepted(verifier: str, method: Method) -> None:
    check(challenge_of(verifier, method), verifier)


@given(verifiers, verifiers, methods)
def test_any_other_verifier_is_refused(verifier: str, other: str, method: Method) -> None:
    if verifier == other:
        return
    with pytest.raises(OAuthError, match="invalid_grant"):
        check(challenge_of(verifier, method), other)


@given(verifiers)
def test_a_challenge_is_no_verifier_for_itself_under_s256(verifier: str) -> None:
    challenge = challenge_of(verifier)

    with pytest.raises(OAuthError, match="invalid_grant"):
        check(challenge, challenge.value)


def test_a_missing_verifier_is_refused() -> None:
    with pytest.raises(OAuthError, match="invalid_grant: code_verifier is missing"):
        check(challenge_of("v" * 43), None)


def test_a_verifier_that_no_challenge_asked_for_is_refused() -> None:
    with pytest.raises(OAuthError, match="invalid_grant"):
        check(None, "v" * 43)


def test_neither_challenge_nor_verifier_is_nothing_to_check() -> None:
    check(None, None)


@pytest.mark.parametrize(
    "verifier", ["v" * 42, "v" * 129, "v" * 43 + "+", "v" * 43 + "\n", "ö" * 43]
)
def test_a_verifier_outside_the_syntax_is_refused(verifier: str) -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        check(challenge_of("v" * 43), verifier)


def test_only_a_verifier_that_could_have_been_right_is_a_guess() -> None:
    challenge = challenge_of("v" * 43)

    with pytest.raises(WrongVerifierError):
        check(challenge, "w" * 43)
    for verifier in (None, "", "w" * 42):
        with pytest.raises(OAuthError) as caught:
            check(challenge, verifier)
        assert not isinstance(caught.value, WrongVerifierError)


@given(verifiers)
def test_no_verifier_meets_the_unmeetable(verifier: str) -> None:
    for sent in (verifier, None, ""):
        with pytest.raises(OAuthError, match="invalid_grant"):
            check(UNMEETABLE, sent)


@given(verifiers)
def test_every_verifier_meets_what_is_met_by_any_but_none_does_not(verifier: str) -> None:
    check(MET_BY_ANY, verifier)
    for sent in (None, ""):
        with pytest.raises(OAuthError, match="code_verifier is missing"):
            check(MET_BY_ANY, sent)


def test_of_several_verifiers_one_has_to_fit() -> None:
    challenge = challenge_of("v" * 43)

    check(challenge, "w" * 43, "v" * 43)
    with pytest.raises(OAuthError, match="invalid_request"):
        check(challenge, "short", "w" * 43)


def test_the_verifier_of_another_login_fits_where_its_challenge_counts() -> None:
    challenge, other = challenge_of("v" * 43), challenge_of("w" * 43)

    check_verifiers(HARDENED, challenge, ["w" * 43], [other])
    with pytest.raises(WrongVerifierError):
        check_verifiers(HARDENED, challenge, ["x" * 43], [other])


class TestSentVerifiers:
    FIRST = Policy(duplicate_verifier_first_wins=True)
    LAST = Policy(duplicate_verifier_last_wins=True)
    BOTH = Policy(duplicate_verifier_first_wins=True, duplicate_verifier_last_wins=True)

    @pytest.mark.parametrize("policy", [HARDENED, FIRST, LAST, BOTH])
    @pytest.mark.parametrize(("body", "sent"), [("code=1", None), ("code_verifier=", "")])
    def test_missing_and_empty_are_told_apart(
        self, policy: Policy, body: str, sent: str | None
    ) -> None:
        assert sent_verifiers(policy, Parameters.parse(body)) == (sent,)

    @pytest.mark.parametrize(
        ("policy", "sent"), [(FIRST, ("1",)), (LAST, ("3",)), (BOTH, ("1", "3"))]
    )
    def test_of_duplicates_those_count_that_the_policy_takes(
        self, policy: Policy, sent: tuple[str, ...]
    ) -> None:
        body = Parameters.parse("code_verifier=1&code_verifier=2&code_verifier=3")

        assert sent_verifiers(policy, body) == sent
