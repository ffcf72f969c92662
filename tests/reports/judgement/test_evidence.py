from urllib.parse import urlencode

import pytest

from reports.judgement.evidence import PlayEvidence, control, nearest_controls, plays
from reports.records import Exchange, Handover, HttpRequest, HttpResponse, Proof
from tests.reports.judgement.cases import (
    REDIRECT_URI,
    STOLEN,
    TARGET,
    Log,
    Shape,
    at,
    exchange,
    session_theft,
    stored,
    token_refusal,
    token_theft,
)
from tests.reports.judgement.spoil import (
    add,
    answer,
    ask,
    change,
    drop,
    form,
    unanswered,
)


def evidence(log: Log, play: str = "attack") -> PlayEvidence:
    return next(found for found in plays(stored(log)) if found.started.play == play)


def test_records_of_a_play_are_told_in_the_order_in_which_they_began() -> None:
    log = session_theft()
    late = dict(reversed(list(log.items())[1:-1]))
    shuffled = {"started": log["started"], **late, "finished": log["finished"]}

    times = [getattr(record, "at", "") for record in evidence(shuffled).records]

    assert times == sorted(times)
    assert len(times) == 10


def test_a_play_that_began_twice_never_ran_to_its_end() -> None:
    log = token_theft()
    add("again", log["attack.start"], "attack.start")(log)

    assert not evidence(log).ran_to_the_end


def test_issue_capture_and_loot_may_fall_into_one_moment() -> None:
    log = token_theft()
    for name in ("attack.issue", "attack.redirect", "attack.loot"):
        change(name, at=at(12))(log)

    assert list(evidence(log).captured_codes())


def test_a_code_is_captured_from_what_the_operating_system_handed_over() -> None:
    log = token_theft()
    log["attack.redirect"] = Handover(
        "attack.redirect",
        "attack",
        at(12),
        "victim-browser",
        "malicious-app",
        "xdg-open",
        f"com.example:/cb?code={STOLEN}",
    )

    assert [loot.value for loot in evidence(log).captured_codes()] == [STOLEN]


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(200, (), f'{{"code": "{STOLEN}"}}'),
        HttpResponse(303, (("Location", f"{REDIRECT_URI}?code={STOLEN}"),)),
    ],
    ids=["body", "location"],
)
def test_a_code_is_captured_from_an_answer(response: HttpResponse) -> None:
    log = token_theft()
    ask("attack.redirect", url=REDIRECT_URI)(log)
    change("attack.redirect", response=response)(log)

    assert list(evidence(log).captured_codes())


def test_a_code_is_captured_from_a_body_that_was_posted_to_the_thief() -> None:
    log = token_theft()
    ask("attack.redirect", url="http://thief.test/", body=f'{{"url":"x?code={STOLEN}&s=1"}}')(log)

    assert list(evidence(log).captured_codes())


def test_an_unanswered_redirect_shows_its_code_all_the_same() -> None:
    log = token_theft()
    change("attack.redirect", response=None)(log)

    assert list(evidence(log).captured_codes())


def test_a_code_may_be_issued_in_the_body_of_an_answer() -> None:
    log = token_theft()
    answer("attack.issue", 200, f'<input name="code" value="{STOLEN}">')(log)

    assert evidence(log).issue(STOLEN) is not None


@pytest.mark.parametrize(
    ("query", "method"),
    [
        ({}, "none"),
        ({"code_challenge_method": "S256"}, "none"),
        ({"code_challenge": "c"}, "plain"),
        ({"code_challenge": "c", "code_challenge_method": "plain"}, "plain"),
        ({"code_challenge": "c", "code_challenge_method": "S256"}, "S256"),
    ],
)
def test_the_method_of_a_login_is_read_off_its_authorization_request(
    query: dict[str, str], method: str
) -> None:
    log = token_theft()
    ask("attack.issue", url=f"{TARGET.authorization_endpoint}?{urlencode(query)}")(log)

    assert evidence(log).pkce(STOLEN, TARGET) == method


@pytest.mark.parametrize(("reference", "method"), [("urn:1", "S256"), ("urn:2", "unknown")])
def test_the_method_of_a_pushed_request_is_read_off_what_the_client_sent(
    reference: str, method: str
) -> None:
    log = token_theft()
    ask("attack.issue", url=f"{TARGET.authorization_endpoint}?request_uri={reference}")(log)
    form = urlencode({"code_challenge": "c", "code_challenge_method": "S256"})
    request = HttpRequest("POST", TARGET.pushed_request_endpoint, body=form)
    parties, answer = "client > identity-provider", '{"request_uri": "urn:1"}'
    push = exchange("attack.push", 10.2, parties, request, 201, answer)
    add("attack.push", push, "attack.start")(log)

    assert evidence(log).pkce(STOLEN, TARGET) == method


def test_the_method_is_that_of_the_request_which_led_to_the_code() -> None:
    log = token_theft()
    issue = log["attack.issue"]
    assert isinstance(issue, Exchange)
    s256 = Shape(Proof.TOKEN, "S256", secret=False).issue("attack", 11.2, "code#9")
    earlier = Shape(Proof.TOKEN, "plain", secret=False).issue("attack", 10.5, "code#8")
    add("attack.later", s256, "attack.issue")(log)
    add("attack.earlier", earlier, "attack.issue")(log)

    assert evidence(log).pkce(STOLEN, TARGET) == "none"
    assert evidence(log).pkce("code#9", TARGET) == "S256"
    assert evidence(log).pkce("code#8", TARGET) == "plain"


def test_a_form_that_follows_the_authorization_request_is_no_request_of_its_own() -> None:
    log = token_refusal()
    issue = log["attack.issue"]
    assert isinstance(issue, Exchange)
    add("attack.request", issue, "attack.start")(log)
    change("attack.request", at=at(10.2), response=HttpResponse(200, (), "<form>"))(log)
    ask("attack.issue", url="https://login.idp.test/consent")(log)

    assert evidence(log).pkce(STOLEN, TARGET) == "S256"


_CHALLENGE = {"code_challenge": "c", "code_challenge_method": "S256"}


@pytest.mark.parametrize(
    ("answered", "method"),
    [
        ({"decision": "allow"}, "S256"),
        ({"response_type": "code", **_CHALLENGE}, "S256"),
        ({"response_type": "code", "code_challenge": "c"}, "plain"),
        ({"response_type": "code", "code_challenge": "", "code_challenge_method": ""}, "none"),
        ({"response_type": "code"}, "none"),
    ],
    ids=["an answer", "the request again", "without method", "empty fields", "bare"],
)
def test_what_a_user_answers_at_the_authorization_endpoint_may_bring_the_request_along(
    answered: dict[str, str], method: str
) -> None:
    log = token_refusal()
    issue = log["attack.issue"]
    assert isinstance(issue, Exchange)
    add("attack.request", issue, "attack.start")(log)
    change("attack.request", at=at(10.2), response=HttpResponse(200, (), "<form>"))(log)
    body = urlencode(answered)
    ask("attack.issue", url=TARGET.authorization_endpoint, method="POST", body=body)(log)

    assert evidence(log).pkce(STOLEN, TARGET) == method


def test_nor_is_the_way_back_from_a_sign_in_where_a_session_keeps_the_request() -> None:
    log = token_refusal()
    issue = log["attack.issue"]
    assert isinstance(issue, Exchange)
    add("attack.request", issue, "attack.start")(log)
    change("attack.request", at=at(10.2), response=HttpResponse(302, (), ""))(log)
    ask("attack.issue", url=TARGET.authorization_endpoint)(log)

    assert evidence(log).pkce(STOLEN, TARGET) == "S256"


def test_a_login_without_an_authorization_request_on_the_wire_shows_no_method() -> None:
    log = token_refusal()
    ask("attack.issue", url="https://login.idp.test/consent")(log)

    assert evidence(log).pkce(STOLEN, TARGET) == "none"


def test_an_unanswered_authorization_request_issued_no_code() -> None:
    log = token_theft()
    unanswered("attack.issue")(log)

    assert evidence(log).issue(STOLEN) is None


def test_a_control_may_redeem_in_the_moment_in_which_its_code_arrives() -> None:
    log = token_theft()
    change("before.token", at=at(1.5))(log)

    assert control(evidence(log, "before"), TARGET).subject == "alice"


def test_a_control_names_the_user_the_request_and_the_method() -> None:
    login = control(evidence(token_refusal(), "before"), TARGET)

    assert (login.subject, login.pkce, login.trouble) == ("alice", "S256", "")
    assert login.redemption is not None
    assert login.redemption.exchange.id == "before.token"


def test_userinfo_may_answer_at_the_second_request() -> None:
    log = token_theft()
    good = log["before.userinfo"]
    answer("before.userinfo", 503)(log)
    add("before.retry", good, "before.userinfo")(log)
    change("before.retry", at=at(3.6))(log)

    assert control(evidence(log, "before"), TARGET).subject == "alice"


def test_the_nearest_controls_are_chosen_by_time() -> None:
    log = token_theft()
    shape = Shape(Proof.TOKEN, "none", secret=False)
    for play, when in (("early", -30), ("late", 60)):
        for name, record in shape.control(play, when, "code#9").items():
            add(name, record, "started" if play == "late" else "after.end")(log)

    before, after = nearest_controls(evidence(log), plays(stored(log)), TARGET)

    assert before is not None
    assert after is not None
    assert (before.play.started.play, after.play.started.play) == ("before", "after")


def test_a_control_may_end_in_the_moment_in_which_the_attack_begins() -> None:
    log = token_theft()
    change("before.end", at=at(10))(log)
    change("after.start", at=at(25))(log)

    assert all(nearest_controls(evidence(log), plays(stored(log)), TARGET))


def test_an_attack_without_an_end_has_no_control_after_it() -> None:
    log = token_theft()
    drop("attack.end")(log)

    before, after = nearest_controls(evidence(log), plays(stored(log)), TARGET)

    assert before is not None
    assert after is None


def test_a_code_that_nobody_issued_belongs_to_no_login() -> None:
    assert evidence(token_refusal()).pkce("code#77", TARGET) == "none"


def test_a_control_redeems_a_code_whatever_it_refreshes_before() -> None:
    log = token_theft()
    refresh = Shape(Proof.TOKEN, "none", secret=False).token(
        "before.refresh", 1.6, "client", "code#1", 400, ""
    )
    add("before.refresh", refresh, "before.issue")(log)
    form("before.refresh", grant_type="refresh_token", code="", refresh_token="refresh_token#1")(
        log
    )

    assert control(evidence(log, "before"), TARGET).subject == "alice"


@pytest.mark.parametrize("other", [{"group": "other"}, {"kind": "attack"}])
def test_logins_of_other_groups_and_other_attacks_are_no_controls(other: dict[str, str]) -> None:
    log = token_theft()
    near = Shape(Proof.TOKEN, "none", secret=False).control("near", 5, "code#9")
    change("near.start", **other)(near)
    for name, record in reversed(near.items()):
        add(name, record, "before.end")(log)

    before, _ = nearest_controls(evidence(log), plays(stored(log)), TARGET)

    assert before is not None
    assert before.play.started.play == "before"
