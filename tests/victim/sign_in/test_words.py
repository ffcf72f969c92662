import pytest

from victim.sign_in.words import ALLOW, DENY, ELSEWHERE, SIGN_IN


@pytest.mark.parametrize("text", ["Don't allow", "Do not authorise", "No, thanks", "Cancel"])
def test_a_refusal_is_a_refusal_whatever_it_refuses(text: str) -> None:
    assert DENY.search(text)


@pytest.mark.parametrize("text", ["Allow", "Authorize app", "I agree", "Yes", "Zustimmen"])
def test_a_yes_is_no_refusal(text: str) -> None:
    assert ALLOW.search(text)
    assert not DENY.search(text)


@pytest.mark.parametrize("text", ["Log in", "Sign in", "Sign me in", "Next", "Log on"])
def test_what_signs_in_leads_nowhere_else(text: str) -> None:
    assert SIGN_IN.search(text)
    assert not ELSEWHERE.search(text)


@pytest.mark.parametrize("text", ["Log out", "Sign up", "Forgot password?", "Sign in with Google"])
def test_what_leads_elsewhere_is_known(text: str) -> None:
    assert ELSEWHERE.search(text)
