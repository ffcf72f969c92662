"""What the victim's browser asked the authorization endpoint, and what came back."""

import pytest

from reports.judgement.authorization import answer_of, conversation, gives_code, says_no
from reports.records import Exchange, HttpRequest
from tests.reports.judgement.cases import REDIRECT_URI, TARGET, exchange
from tests.reports.judgement.kinds import OWN_REQUEST, refused_request
from tests.reports.judgement.test_case import case


def answered(status: int, location: str = "") -> Exchange:
    sent = HttpRequest("GET", TARGET.authorization_endpoint)
    parties = "victim-browser > identity-provider"
    return exchange("attack.asked", 1, parties, sent, status, location=location)


@pytest.mark.parametrize(
    ("location", "answer"),
    [
        (f"{REDIRECT_URI}?code=code#1&state=state#2", {"code": "code#1", "state": "state#2"}),
        (f"{REDIRECT_URI}#code=code#1&state=s", {"code": "code#1", "state": "s"}),
        (f"{REDIRECT_URI}?error=access_denied", {"error": "access_denied"}),
        ("com.contoso.demo:/cb?code=c", {"code": "c"}),
        (REDIRECT_URI, {}),
        ("", {}),
    ],
)
def test_a_redirect_answers_in_its_query_or_its_fragment(
    location: str, answer: dict[str, str]
) -> None:
    assert answer_of(answered(303, location)) == answer


def test_a_code_and_a_token_are_grants_and_an_error_is_none() -> None:
    assert gives_code(answered(303, f"{REDIRECT_URI}?code=c"))
    assert gives_code(answered(303, f"{REDIRECT_URI}#access_token=t"))
    assert not gives_code(answered(303, f"{REDIRECT_URI}?error=e"))


@pytest.mark.parametrize(("status", "no"), [(400, True), (403, True), (200, False), (500, False)])
def test_an_error_page_says_no_and_a_broken_server_does_not(status: int, no: bool) -> None:
    assert says_no(answered(status)) is no


def test_a_conversation_begins_with_the_request_that_was_meant() -> None:
    attacked = case(refused_request())

    assert [each.id for each in conversation(attacked, OWN_REQUEST)] == ["attack.asked"]
    assert conversation(attacked, f"{OWN_REQUEST}&y=2") == []
