"""What the victim's browser asked the authorization endpoint, and what came back."""

import pytest
from msgspec.structs import replace

from reports.judgement.authorization import (
    answer_of,
    conversation,
    gives_code,
    issued,
    leads_to,
    says_no,
    status_of,
)
from reports.records import Exchange, HttpRequest, HttpResponse, Loot, Observation
from tests.reports.judgement.cases import (
    IDP,
    REDIRECT_URI,
    STOLEN,
    TARGET,
    Log,
    at,
    exchange,
    token_theft,
    verdict,
)
from tests.reports.judgement.kinds import OWN_REQUEST, forced_session, refused_request
from tests.reports.judgement.spoil import add, answer, ask, change
from tests.reports.judgement.test_case import case

LOGIN = f"{IDP}/login"
TO_SERVER = "victim-browser > identity-provider"


def ids(log: Log, url: str = OWN_REQUEST) -> list[str]:
    """Which exchanges the request of that URL led to."""
    asked = Loot("attack.request", "attack", at(11), "authorization_request", url, "", "built")
    return [each.id for each in conversation(case(log), asked)]


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


def test_a_redirect_with_an_error_says_no_and_a_page_that_asks_again_does_not() -> None:
    asks_again = replace(answered(403), response=HttpResponse(403, (), "<form>"))

    assert says_no(answered(303, f"{REDIRECT_URI}?error=access_denied"))
    assert not says_no(asks_again)


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_redirect_that_tells_of_a_fault_says_no_more_than_a_500(error: str) -> None:
    log = refused_request()
    answer("attack.asked", 303, location=f"{REDIRECT_URI}?error={error}")(log)

    assert not says_no(answered(303, f"{REDIRECT_URI}?error={error}"))
    assert verdict(log).observed is Observation.INCONCLUSIVE


@pytest.mark.parametrize(("browser", "counts"), [("attacker", True), ("victim", False)])
def test_where_the_prize_is_the_attackers_account_its_own_browser_asks(
    browser: str, counts: bool
) -> None:
    log = forced_session()
    sent, parties = HttpRequest("GET", OWN_REQUEST), f"{browser}-browser > identity-provider"
    add("attack.asked", exchange("attack.asked", 11.5, parties, sent, 400), "attack.start")(log)

    assert ids(log) == ["attack.asked"] * counts


def test_a_conversation_begins_with_the_request_that_was_meant() -> None:
    assert ids(refused_request()) == ["attack.asked"]
    assert ids(refused_request(), f"{OWN_REQUEST}&y=2") == []


def test_a_request_that_was_answered_before_it_was_made_is_another() -> None:
    log = refused_request()
    change("attack.asked", at=at(10.4))(log)

    assert ids(log) == []


def test_a_request_may_be_on_its_way_when_it_is_altered() -> None:
    log = refused_request()
    change("attack.asked", at=at(10.5))(log)

    assert ids(log) == ["attack.asked"]


def test_two_requests_that_differ_behind_a_label_are_two() -> None:
    one = f"{OWN_REQUEST}&state=state#3&code_challenge=one"
    log = refused_request()
    ask("attack.asked", url=one)(log)

    assert ids(log, one) == ["attack.asked"]
    assert ids(log, f"{OWN_REQUEST}&state=state#4&code_challenge=one") == []
    assert ids(log, f"{OWN_REQUEST}&state=state#3&code_challenge=two") == []


FORM = '<form action="/login"><input type="hidden" name="csrf_token" value="csrf_token#1"></form>'
ANSWERED_FORM = HttpRequest("POST", LOGIN, body="csrf_token=csrf_token#1&username=alice")


@pytest.mark.parametrize(
    ("page", "goes_on"),
    [
        (HttpResponse(200, (), FORM), ANSWERED_FORM),
        (
            HttpResponse(303, (("location", f"{LOGIN}?t=1#top"),)),
            HttpRequest("GET", f"{LOGIN}?t=1"),
        ),
        (HttpResponse(303, (("location", "/login?t=1"),)), HttpRequest("GET", f"{LOGIN}?t=1")),
        (
            HttpResponse(303, (("location", f"{LOGIN}?t=a:b"),)),
            HttpRequest("GET", f"{LOGIN}?t=a%3Ab"),
        ),
    ],
    ids=["form", "redirect", "relative redirect", "escaped redirect"],
)
def test_a_conversation_goes_on_by_forms_and_redirects(
    page: HttpResponse, goes_on: HttpRequest
) -> None:
    log = refused_request()
    change("attack.asked", response=page)(log)
    log["attack.next"] = exchange("attack.next", 12.5, TO_SERVER, goes_on, 303, location="/end?x=1")
    end = HttpRequest("GET", f"{IDP}/end?x=1")
    log["attack.end2"] = exchange("attack.end2", 13, TO_SERVER, end, 400)

    assert ids(log) == ["attack.asked", "attack.next", "attack.end2"]


NAVIGATES = ("Sec-Fetch-Mode", "navigate")
FROM_PAGE = ("Referer", OWN_REQUEST)


@pytest.mark.parametrize(
    ("headers", "goes_on"),
    [
        ((NAVIGATES, FROM_PAGE), True),
        ((NAVIGATES,), False),
        ((NAVIGATES, ("Referer", f"{IDP}/elsewhere")), False),
        ((("Sec-Fetch-Mode", "no-cors"), FROM_PAGE), False),
    ],
    ids=["from the page", "from nowhere", "from elsewhere", "a picture"],
)
def test_a_script_sends_the_browser_on_and_the_browser_says_from_where(
    headers: tuple[tuple[str, str], ...], goes_on: bool
) -> None:
    log = refused_request()
    change("attack.asked", response=HttpResponse(200, (), "<script></script>"))(log)
    sent_on = HttpRequest("GET", f"{OWN_REQUEST}&seen=1", headers)
    log["attack.next"] = exchange("attack.next", 12.5, TO_SERVER, sent_on, 400)

    assert ids(log) == ["attack.asked", "attack.next"][: 1 + goes_on]


@pytest.mark.parametrize(
    ("when", "parties", "other"),
    [
        (14, TO_SERVER, HttpRequest("GET", f"{IDP}/favicon.ico")),
        (14, TO_SERVER, HttpRequest("GET", f"{TARGET.authorization_endpoint}?client_id=other")),
        (14, TO_SERVER, HttpRequest("POST", LOGIN, body="csrf_token=csrf_token#2")),
        (14, TO_SERVER, HttpRequest("POST", f"{IDP}/other", body="csrf_token=csrf_token#1")),
        (14, "victim-browser > client", ANSWERED_FORM),
        (14, "attacker-browser > identity-provider", ANSWERED_FORM),
        (12.4, TO_SERVER, ANSWERED_FORM),
    ],
    ids=["icon", "request", "form", "address", "server", "browser", "time"],
)
def test_what_is_of_another_request_is_not_of_this_conversation(
    when: float, parties: str, other: HttpRequest
) -> None:
    log = refused_request()
    change("attack.asked", response=HttpResponse(200, (), FORM))(log)
    log["attack.other"] = exchange("attack.other", when, parties, other, 404)

    assert ids(log) == ["attack.asked"]
    assert verdict(log).observed is Observation.INCONCLUSIVE


def test_a_page_does_not_redirect_to_itself() -> None:
    log = refused_request()
    change("attack.asked", response=HttpResponse(200, (), FORM))(log)
    log["attack.next"] = exchange("attack.next", 12.5, TO_SERVER, ANSWERED_FORM, 200)
    again = HttpRequest("GET", ANSWERED_FORM.url)
    log["attack.other"] = exchange("attack.other", 14, TO_SERVER, again, 404)

    assert ids(log) == ["attack.asked", "attack.next"]


def test_what_was_not_answered_leads_nowhere_and_says_nothing() -> None:
    asked = replace(answered(200), response=None)
    visit = exchange("attack.visit", 2, "victim-browser > thief", asked.request, 200)

    assert not leads_to(asked, visit)
    assert not says_no(asked)
    assert answer_of(asked) == {}
    assert status_of(asked) == ""


def test_a_code_in_a_redirect_of_somebody_else_was_not_issued() -> None:
    log = token_theft()
    elsewhere = answered(303, f"{REDIRECT_URI}?code=code#9")
    log["attack.elsewhere"] = replace(elsewhere, at=at(12.5), destination="client")

    assert [code for code, _ in issued(case(log))] == [STOLEN]


def test_a_browser_is_led_where_the_answer_sends_it() -> None:
    sent = answered(303, "https://www.thief.test/?code=code#1&state=s")
    url = "https://www.thief.test/?code=code#1&state=s"
    visit = exchange("attack.visit", 2, "victim-browser > thief", HttpRequest("GET", url), 200)

    assert leads_to(sent, visit)
    assert not leads_to(answered(200), visit)
    assert not leads_to(answered(303, f"{url}1"), visit)
    assert not leads_to(sent, replace(visit, destination="client"))
    assert not leads_to(sent, replace(visit, at=at(1.4)))
