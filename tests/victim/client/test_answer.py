from dataclasses import replace

import pytest

from tests.victim.client.conftest import ENTRY, ISSUER, PROVIDER
from victim.client import Endpoint, Habits
from victim.client.answer import Answer, accept
from victim.client.errors import LoginFailedError

ENDPOINT = Endpoint("/login", "contoso", ENTRY, PROVIDER)
TRUSTING = replace(ENDPOINT, habits=Habits(iss_unchecked=True))
GOOD = Answer(state="the-state", code="the-code", iss=ISSUER)


def test_what_matters_is_read_and_what_is_missing_is_empty() -> None:
    redirect = {"code": "c", "state": "s", "iss": "i", "session_state": "x"}
    form = {**redirect, "id_token": "t"}

    assert Answer.read(redirect) == Answer(state="s", code="c", error="", iss="i")
    assert Answer.read(form) == Answer(state="s", code="c", error="", iss="i", id_token="t")
    assert Answer.read({"error": "access_denied"}) == Answer(error="access_denied")
    assert Answer.read({}) == Answer()


def test_an_answer_does_not_print_its_secrets() -> None:
    assert "the-code" not in repr(GOOD)
    assert "the-state" not in repr(GOOD)
    assert "the-token" not in repr(replace(GOOD, id_token="the-token"))


def test_the_code_of_the_right_provider_is_taken() -> None:
    assert accept(GOOD, ENDPOINT) == "the-code"


@pytest.mark.parametrize(
    ("iss", "reason"),
    [
        ("", "no iss"),
        ("https://evil.test", "wrong iss"),
        (f"{ISSUER}/", "wrong iss"),
        (ISSUER.upper(), "wrong iss"),
        ("https://login.idp.test/other", "wrong iss"),
    ],
)
@pytest.mark.parametrize("answer", [GOOD, Answer(error="access_denied"), Answer()])
def test_an_answer_of_nobody_or_of_another_provider_is_refused_whatever_it_says(
    answer: Answer, iss: str, reason: str
) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        accept(replace(answer, iss=iss), ENDPOINT)


def test_a_provider_that_does_not_promise_to_name_itself_need_not_but_no_other_may() -> None:
    silent = replace(ENDPOINT, provider=replace(PROVIDER, names_itself=False))

    assert accept(replace(GOOD, iss=""), silent) == "the-code"
    with pytest.raises(LoginFailedError, match="wrong iss"):
        accept(replace(GOOD, iss="https://evil.test"), silent)


@pytest.mark.parametrize("iss", ["", "https://evil.test"])
def test_a_trusting_client_takes_it_from_anybody(iss: str) -> None:
    assert accept(replace(GOOD, iss=iss), TRUSTING) == "the-code"


@pytest.mark.parametrize("endpoint", [ENDPOINT, TRUSTING], ids=["model", "trusting"])
def test_a_refusal_is_none_even_with_a_code_beside_it(endpoint: Endpoint) -> None:
    with pytest.raises(LoginFailedError, match=r"^the provider answered access_denied$"):
        accept(replace(GOOD, error="access_denied"), endpoint)


@pytest.mark.parametrize("endpoint", [ENDPOINT, TRUSTING], ids=["model", "trusting"])
def test_an_answer_without_a_code_ends_the_login(endpoint: Endpoint) -> None:
    with pytest.raises(LoginFailedError, match="no code"):
        accept(replace(GOOD, code=""), endpoint)


def test_who_waits_for_an_id_token_beside_the_code_takes_no_code_alone() -> None:
    hybrid = replace(ENDPOINT, habits=Habits(hybrid_flow=True))

    assert accept(replace(GOOD, id_token="the-token"), hybrid) == "the-code"
    with pytest.raises(LoginFailedError, match="no ID token"):
        accept(GOOD, hybrid)


@pytest.mark.parametrize(
    "error", ["call 0900-MALLORY", "<script>", "a" * 41, "access_denied\n", "É"]
)
def test_what_looks_like_no_error_code_is_not_repeated(error: str) -> None:
    with pytest.raises(LoginFailedError, match="with an error that has no name") as failure:
        accept(Answer(error=error, iss=ISSUER), ENDPOINT)

    assert error not in str(failure.value)
