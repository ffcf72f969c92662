"""What went wrong with an honest login is told so that somebody can mend it."""

from urllib.parse import urlencode

import pytest

from reports.judgement.evidence import control, plays
from reports.records import Exchange, HttpRequest
from scenarios.assessment.explaining import explained
from tests.reports.judgement.cases import REDIRECT_URI, TARGET, Log, stored, token_refusal
from tests.reports.judgement.cases import exchange as made
from tests.reports.judgement.spoil import answer, ask, drop, form


def told(log: Log) -> str:
    before = next(each for each in plays(stored(log)) if each.started.play == "before")
    return explained(control(before, TARGET))


def refused(body: str, status: int = 400) -> Log:
    log = token_refusal()
    answer("before.token", status, body)(log)
    drop("before.userinfo")(log)
    return log


def sent_back(**parameters: str) -> Log:
    log = token_refusal()
    drop("before.token", "before.userinfo")(log)
    there = HttpRequest("GET", f"{REDIRECT_URI}?{urlencode(parameters)}")
    page = f"<p>The login could not be completed: the provider answered {parameters['error']}.</p>"
    log["before.back"] = made("before.back", 1.5, "victim-browser > client", there, 400, page)
    return log


def test_the_server_is_quoted_from_its_answer_to_a_token_request() -> None:
    said = told(refused('{"error":"invalid_grant","error_description":"Wrong phase of the moon"}'))

    assert "got no token: invalid_grant" in said
    assert "the server says: 'Wrong phase of the moon'" in said


def test_and_from_where_it_sends_the_browser() -> None:
    said = told(sent_back(error="invalid_request", error_description="No, never"))

    assert "the client says: the provider answered invalid_request" in said
    assert "the server says: 'No, never'" in said


@pytest.mark.parametrize(
    "body", ['{"error":"invalid_grant"}', "not JSON", '{"message":7}', '{"error_description":""}']
)
def test_a_server_that_says_nothing_is_not_quoted(body: str) -> None:
    assert "the server says" not in told(refused(body))


def test_what_is_quoted_is_short_and_cannot_act() -> None:
    said = told(refused('{"error_description":"\\u001b[31m%s"}' % ("no " * 200)))

    assert "\x1b" not in said
    assert "…" in said
    assert len(said) < 400


@pytest.mark.parametrize(
    ("description", "remedy"),
    [
        ("Pushed Authorization Request must be used", "pushes no requests"),
        ("DPoP proof is missing", "binds no tokens to keys"),
        ("only form_post is supported", "takes answers in the query"),
    ],
)
def test_what_our_client_does_not_do_is_told(description: str, remedy: str) -> None:
    said = told(sent_back(error="invalid_request", error_description=description))

    assert remedy in said
    assert remedy not in told(sent_back(error="invalid_request", error_description="No"))


def test_who_showed_a_secret_is_told_of_the_other_way() -> None:
    refusal = '{"error":"invalid_client"}'
    in_form = refused(refusal, 401)
    form("before.token", client_secret="client_secret#1")(in_form)
    in_header = refused(refusal, 401)
    ask("before.token", headers=(("Authorization", "Basic authorization#1"),))(in_header)

    assert 'authentication = "client_secret_basic"' in told(in_form)
    assert 'authentication = "client_secret_post"' in told(in_header)
    assert "authentication =" not in told(refused(refusal, 401))


def test_a_login_without_a_token_request_has_its_own_trouble_alone() -> None:
    log = token_refusal()
    drop("before.token", "before.userinfo")(log)

    assert told(log) == "the honest client never redeemed a code"
    assert isinstance(log["before.issue"], Exchange)
