"""What counts as a refusal at each place that can say no, and what does not."""

from urllib.parse import urlencode

import pytest

from reports.records import Deviation, Exchange, HttpRequest, Observation, Proof
from tests.reports.judgement.cases import (
    ALICE,
    REDIRECT_URI,
    TARGET,
    Log,
    Make,
    Shape,
    exchange,
    issued,
    look,
    refused,
    token_refusal,
    userinfo,
    verdict,
)
from tests.reports.judgement.kinds import (
    MALLORY,
    asked_for_token,
    asked_twice,
    dead_token,
    forced_session,
    refused_request,
    sent_home,
    silent_channel,
    turned_down,
)
from tests.reports.judgement.prepared import (
    forgotten_password,
    own_session,
    refused_form,
    reused_refresh_token,
)
from tests.reports.judgement.spoil import ask, change, declare, unanswered

REFUSED, OPEN = Observation.ATTACK_BLOCKED, Observation.INCONCLUSIVE
ERROR = f"{REDIRECT_URI}?error=invalid_request&state=state%231"


@pytest.mark.parametrize(
    "log",
    [
        refused_request(),
        refused_request(303, ERROR),
        dead_token(),
        dead_token(400),
        dead_token(403),
        turned_down(),
        silent_channel(),
        forced_session("{}", 400),
    ],
    ids=[
        *(
            "error page",
            "error redirect",
            "userinfo",
            "userinfo 400",
            "userinfo 403",
            "client",
            "silence",
            "forced session",
        ),
    ],
)
def test_each_place_can_say_no(log: Log) -> None:
    found = verdict(log)

    assert found.observed is REFUSED, found.reason
    assert found.decisive


@pytest.mark.parametrize(
    ("location", "observed"),
    [
        (f"{REDIRECT_URI}?code=code%237&state=x", REFUSED),
        (f"{REDIRECT_URI}#code=code%237", REFUSED),
        (f"{REDIRECT_URI}?state=x", OPEN),
        (f"{REDIRECT_URI}/elsewhere?code=code%237", OPEN),
        ("https://evil.test/?code=code%237", OPEN),
    ],
)
def test_a_code_that_goes_to_the_registered_address_went_nowhere_else(
    location: str, observed: Observation
) -> None:
    assert verdict(sent_home(location)).observed is observed


def test_a_code_that_somebody_else_saw_as_well_did_not_only_go_home() -> None:
    log = sent_home(f"{REDIRECT_URI}?code=code%237")
    visit = HttpRequest("GET", "https://evil.test/?code=code#7")
    log["attack.visit"] = exchange("attack.visit", 13, "victim-browser > thief", visit, 200)

    assert verdict(log).observed is OPEN


MISMATCH = "error=invalid_request&error_description=redirect_uri+does+not+match"


def _bent_request(asked: str, location: str) -> Log:
    """The attacker's request names ``asked``, and the server redirects to ``location``."""
    log = refused_request(303, location)
    declare(Deviation.REDIRECT_URI)(log)
    url = f"{TARGET.authorization_endpoint}?{urlencode({'redirect_uri': asked})}"
    change("attack.request", value=url)(log)
    ask("attack.asked", url=url)(log)
    return log


@pytest.mark.parametrize(
    ("asked", "location", "observed"),
    [
        ("https://evil.test/cb", "https://evil.test/cb?error=invalid_scope", OPEN),
        ("https://evil.test/cb", "https://evil.test/cb#error=invalid_scope", OPEN),
        ("https://evil.test/cb?a=1", "https://evil.test/cb?a=1&error=invalid_scope", OPEN),
        (f"{REDIRECT_URI}?next=evil", f"{REDIRECT_URI}?next=evil&error=invalid_scope", OPEN),
        ("https://evil.test/cb", f"https://evil.test/cb?{MISMATCH}", REFUSED),
        (f"{REDIRECT_URI}?next=evil", f"{REDIRECT_URI}?error=invalid_request", REFUSED),
        ("https://evil.test/cb", f"{REDIRECT_URI}?error=invalid_request", REFUSED),
    ],
)
def test_an_error_that_is_sent_to_a_bent_address_does_not_refuse_it(
    asked: str, location: str, observed: Observation
) -> None:
    assert verdict(_bent_request(asked, location)).observed is observed


@pytest.mark.parametrize("status", [200, 302, 429, 500, 503])
def test_an_answer_that_is_no_error_refuses_no_request(status: int) -> None:
    assert verdict(refused_request(status)).observed is OPEN


@pytest.mark.parametrize("status", [500, 429, 408])
def test_a_userinfo_that_is_busy_or_broken_refuses_nothing(status: int) -> None:
    assert verdict(dead_token(status)).observed is OPEN


@pytest.mark.parametrize("status", [200, 500, 503])
def test_a_client_that_is_down_turns_nothing_down(status: int) -> None:
    assert verdict(turned_down(status)).observed is OPEN


def test_a_request_that_was_answered_with_a_code_was_not_refused() -> None:
    granted = refused_request(303, f"{REDIRECT_URI}?code=code%239&error=odd")

    assert verdict(granted).observed is OPEN


@pytest.mark.parametrize("of_the_other", [400, 303])
def test_of_two_requests_a_refusal_of_one_says_nothing_about_the_other(of_the_other: int) -> None:
    granted = f"{REDIRECT_URI}?code=code%239" if of_the_other == 303 else ""
    log = asked_twice(of_the_other, granted)

    assert verdict(log).observed is (REFUSED if of_the_other == 400 else OPEN)


def test_a_request_without_an_answer_is_not_refused_because_another_was() -> None:
    log = asked_twice(400)
    del log["attack.asked-again"]

    assert verdict(log).observed is OPEN


@pytest.mark.parametrize(
    ("location", "observed"),
    [
        (f"{REDIRECT_URI}?error=unsupported_response_type&state=x", REFUSED),
        (f"{REDIRECT_URI}?code=code%237&state=x", REFUSED),
        (f"{REDIRECT_URI}#code=code%237", REFUSED),
        (f"{REDIRECT_URI}#access_token=access_token%237", OPEN),
        (f"{REDIRECT_URI}#code=code%237&access_token=access_token%237", OPEN),
        (f"{REDIRECT_URI}?state=x", OPEN),
    ],
)
def test_who_is_given_a_code_where_a_token_was_asked_for_has_no_token(
    location: str, observed: Observation
) -> None:
    assert verdict(asked_for_token(location)).observed is observed


def test_a_refresh_token_that_never_served_is_not_refused_because_it_was_used() -> None:
    assert verdict(reused_refresh_token()).observed is REFUSED

    found = verdict(reused_refresh_token(400, refused()))
    assert found.observed is OPEN
    assert "no refresh token had served" in found.reason


def test_a_sign_of_life_before_the_code_was_there_proves_nothing() -> None:
    log = silent_channel()
    issue = log["attack.issue"]
    assert hasattr(issue, "at")
    late = {name: getattr(issue, name) for name in issue.__struct_fields__}
    log["attack.issue"] = issue.__class__(**late | {"at": "2026-11-23T09:00:20.000000+00:00"})

    assert verdict(log).observed is OPEN


@pytest.mark.parametrize("status", [500, 429, 404])
def test_a_client_that_was_let_down_by_the_provider_turned_nothing_down(status: int) -> None:
    log = turned_down()
    shape = Shape(Proof.SESSION, "S256", secret=False)
    log["attack.token"] = shape.token("attack.token", 15.2, "client", "code#8", status, "{}")

    assert verdict(log).observed is OPEN


def test_a_client_that_cannot_read_who_it_is_turned_nothing_down() -> None:
    log = turned_down()
    sent = HttpRequest("GET", TARGET.userinfo_endpoint)
    log["attack.me"] = exchange("attack.me", 15.4, "client > identity-provider", sent, 503)

    assert verdict(log).observed is OPEN


@pytest.mark.parametrize(
    ("body", "observed"), [('{"sub":"bob"}', OPEN), (ALICE, REFUSED), (MALLORY, REFUSED)]
)
def test_a_client_that_was_told_of_a_stranger_turned_nothing_down(
    body: str, observed: Observation
) -> None:
    log = turned_down()
    log["attack.me"] = userinfo("attack.me", 15.4, "client", "access_token#8", body)

    assert verdict(log).observed is observed


@pytest.mark.parametrize("status", [500, 429])
def test_a_look_that_was_not_answered_does_not_show_that_nobody_is_signed_in(status: int) -> None:
    log = turned_down()
    log["attack.look"] = look("attack.look", 20, status)

    assert verdict(log).observed is OPEN


def _elsewhere(who: str) -> Exchange:
    sent = HttpRequest("GET", f"{REDIRECT_URI}/start")
    return exchange("attack.start-page", 21, f"{who} > client", sent, 200, MALLORY)


def test_the_attacker_may_see_itself_in_its_own_browser() -> None:
    log = forced_session("{}", 400) | {"attack.own-look": _elsewhere("attacker-browser")}

    assert verdict(log).observed is REFUSED


def test_no_other_page_may_show_the_victim_the_attacker() -> None:
    log = forced_session("{}", 400) | {"attack.other-look": _elsewhere("victim-browser")}

    assert "saw the data of mallory all the same" in verdict(log).reason


def _met(status: int, body: str = "") -> Exchange:
    """The client's own token request, while the attack is on."""
    shape = Shape(Proof.SESSION, "S256", secret=False)
    return shape.token("attack.met", 15.2, "client", "code#8", status, body)


BY_OTHERS = [turned_down, silent_channel, own_session, refused_form, forgotten_password]


@pytest.mark.parametrize("made", BY_OTHERS)
def test_where_the_provider_let_the_client_down_only_its_own_refusals_count(made: Make) -> None:
    assert verdict(made() | {"attack.met": _met(503)}).observed is OPEN


@pytest.mark.parametrize("made", [refused_request, dead_token, token_refusal])
def test_the_refusals_of_the_provider_count_even_so(made: Make) -> None:
    assert verdict(made() | {"attack.met": _met(503)}).observed is REFUSED


@pytest.mark.parametrize("answer", [(200, issued("access_token#8")), (400, refused())])
def test_a_client_that_is_granted_or_refused_something_was_not_let_down(
    answer: tuple[int, str],
) -> None:
    assert verdict(silent_channel() | {"attack.met": _met(*answer)}).observed is REFUSED


@pytest.mark.parametrize(
    ("destination", "status", "observed"),
    [
        ("identity-provider", 200, REFUSED),
        ("identity-provider", 302, REFUSED),
        ("identity-provider", 400, OPEN),
        ("identity-provider", None, OPEN),
        ("thief", 503, REFUSED),
    ],
)
def test_whatever_else_the_client_asks_the_provider_is_answered(
    destination: str, status: int | None, observed: Observation
) -> None:
    sent = HttpRequest("GET", TARGET.userinfo_endpoint)
    log = silent_channel()
    log["attack.met"] = exchange("attack.met", 15.2, f"client > {destination}", sent, status or 0)
    if status is None:
        unanswered("attack.met")(log)

    assert verdict(log).observed is observed
