import json
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from attacker.loot import Sighting
from attacker.vantage import Leg
from attacker.wiretap import Medium, heard, is_loopback, overhears, own_login, sightings
from reports.records import Exchange, Handover, HttpRequest, HttpResponse

REDIRECT = "http://localhost:5218/cb?code=the-code&state=the-state&iss=https%3A%2F%2Fidp.test"
REQUEST = "https://idp.test/authorize?client_id=app&response_type=code&state=the-state"
OWN = ("thief", "malicious-app", "attacker-browser")


def exchange(
    source: str,
    url: str,
    destination: str = "client",
    *,
    location: str = "",
    body: str = "",
    answered: bool = True,
) -> Exchange:
    headers = (("Location", location),) if location else ()
    return Exchange(
        id="e1",
        play="p1",
        at="",
        seconds=0.0,
        source=source,
        destination=destination,
        seen_by="proxy",
        request=HttpRequest("GET", url, body=body),
        response=HttpResponse(302 if location else 200, headers) if answered else None,
    )


@pytest.mark.parametrize("actor", OWN)
def test_the_attacker_hears_what_it_sends_and_what_is_sent_to_it(actor: str) -> None:
    assert overhears(exchange(actor, "https://idp.test/"))
    assert overhears(exchange("victim-browser", REDIRECT, actor))


@pytest.mark.parametrize(
    "url",
    [
        "https://app.test/cb?code=c",
        "http://localhost:5218/cb?code=c",
        "http://127.0.0.1/cb?code=c",
        "http://127.8.9.10/cb?code=c",
        "http://[::1]:5218/cb?code=c",
        "com.contoso.demo:/cb?code=c",
    ],
)
def test_nobody_overhears_others_in_tls_or_within_the_machine(url: str) -> None:
    assert not overhears(exchange("victim-browser", url))


@pytest.mark.parametrize("host", ["app.test", "192.0.2.7", "localhost.app.test", "[2001:db8::1]"])
def test_plaintext_on_the_network_is_overheard(host: str) -> None:
    assert overhears(exchange("victim-browser", f"http://{host}/cb?code=c"))


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost.test", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_what_never_leaves_the_machine(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


def test_a_redirect_shows_the_authorization_response() -> None:
    (seen,) = sightings(exchange("victim-browser", REDIRECT, "thief"))

    assert seen.leg is Leg.AUTHORIZATION_RESPONSE
    assert seen.seen_in == "e1"
    assert seen.parameters == {"code": "the-code", "state": "the-state", "iss": "https://idp.test"}


def test_the_start_of_a_login_shows_the_victim_s_authorization_request() -> None:
    page = exchange("victim-browser", "http://app.test/login", location=REQUEST)

    (seen,) = sightings(page)

    assert seen.leg is Leg.AUTHORIZATION_REQUEST
    assert seen.parameters["client_id"] == "app"


def test_what_the_operating_system_gave_to_the_malicious_app_is_the_response() -> None:
    catch = exchange("malicious-app", "http://c.test/", body=json.dumps({"url": REDIRECT}))

    (seen,) = sightings(catch)

    assert (seen.leg, seen.text) == (Leg.AUTHORIZATION_RESPONSE, REDIRECT)
    assert seen.parameters["code"] == "the-code"


def test_the_attacker_s_browser_shows_a_login_of_its_own_and_no_code_that_it_injects() -> None:
    started = exchange("attacker-browser", "https://app.test/login", location=REQUEST)

    assert [seen.leg for seen in sightings(started)] == [Leg.OWN]
    assert not list(sightings(exchange("attacker-browser", REDIRECT)))


def test_how_its_own_login_ends_shows_where_the_client_has_its_codes_sent() -> None:
    signed_in = exchange("attacker-browser", "https://idp.test/login", location=REDIRECT)

    (seen,) = sightings(signed_in)

    assert (seen.leg, seen.text) == (Leg.OWN, REDIRECT)
    assert seen.parameters["code"] == "the-code"
    assert seen.parameters["redirect_uri"] == "http://localhost:5218/cb"


def test_a_reference_to_a_pushed_request_is_an_authorization_request() -> None:
    reference = "https://idp.test/authorize?client_id=app&request_uri=urn%3Ax"

    (seen,) = sightings(exchange("victim-browser", "http://app.test/login", location=reference))

    assert seen.leg is Leg.AUTHORIZATION_REQUEST
    assert seen.parameters == {"client_id": "app", "request_uri": "urn:x"}


def test_what_a_squatter_relays_is_no_login_of_its_own() -> None:
    relayed = exchange("thief", "http://127.0.0.1:5218/pkcepublic", location=REQUEST)

    assert not list(sightings(relayed))


@pytest.mark.parametrize(
    "other",
    [
        exchange("victim-browser", "http://app.test/?state=s"),
        exchange("victim-browser", "http://app.test/", answered=False),
        exchange("victim-browser", "http://app.test/", location="/?next=response_type%3Dcode"),
        exchange("victim-browser", "http://app.test/?barcode=4006381333931"),
    ],
)
def test_other_traffic_shows_nothing_of_the_code_flow(other: Exchange) -> None:
    assert not list(sightings(other))


def test_a_redirect_that_got_no_answer_was_still_read() -> None:
    lost = exchange("victim-browser", "http://app.test/cb?code=c", answered=False)

    assert [seen.parameters for seen in sightings(lost)] == [{"code": "c"}]


def test_only_an_authorization_request_is_a_login_of_its_own() -> None:
    assert own_login("e1", "https://app.test/please-wait") is None
    login = own_login("e1", REQUEST)
    assert login is not None
    assert login.leg is Leg.OWN


def test_the_answer_to_a_login_of_its_own_is_its_own() -> None:
    answered = exchange("attacker-browser", "https://idp.test/consent", location=REDIRECT)

    (seen,) = sightings(answered)

    assert seen.leg is Leg.OWN
    assert seen.parameters["code"] == "the-code"


def shown_to_attacker(form: str) -> list[Sighting]:
    page = exchange("attacker-browser", "https://idp.test/consent")
    answer = HttpResponse(
        200, (), f'<form method="post" action="https://app.test/cb">{form}</form>'
    )
    return list(sightings(replace(page, response=answer)))


def test_the_answer_to_a_login_of_its_own_may_come_in_a_form() -> None:
    fields = {"code": "the-code", "id_token": "the-token", "state": "the-state"}
    form = "".join(
        f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items()
    )

    (seen,) = shown_to_attacker(form)

    assert (seen.leg, seen.parameters) == (Leg.OWN, fields)


def test_any_other_form_is_known_by_what_marks_it() -> None:
    (seen,) = shown_to_attacker('<input type="hidden" name="csrf_token" value="the-mark">')

    assert (seen.leg, seen.parameters) == (Leg.OWN, {"form": "the-mark"})
    assert shown_to_attacker('<input name="username" value="">') == []


def test_a_client_that_calls_its_service_brings_a_token() -> None:
    plain = exchange("client", "https://www.thief.test/api", "thief")
    headers = (("authorization", "Bearer the-token"),)
    called = replace(plain, request=replace(plain.request, headers=headers))

    *_, token = sightings(called)

    assert token.leg is Leg.OWN_SERVER
    assert token.parameters == {"access_token": "the-token"}


def visit(query: str = "", referrer: str = "", path: str = "/seen") -> Exchange:
    """The victim's browser loads something from the thief's web site."""
    plain = exchange("victim-browser", f"https://www.thief.test{path}{query}", "thief")
    headers = (("referer", referrer),) if referrer else ()
    return replace(plain, request=replace(plain.request, headers=headers))


@pytest.mark.parametrize("referrer", ["", "https://app.test/"], ids=["none", "the origin"])
def test_a_visit_to_its_site_shows_that_the_site_works_and_no_code(referrer: str) -> None:
    alive, *more = sightings(visit(referrer=referrer))

    assert alive.leg is Leg.OWN
    assert alive.parameters == {"sign_of_life": "https://www.thief.test/seen"}
    assert [each.parameters for each in more] == [{}] * bool(referrer)


@pytest.mark.parametrize(
    "told",
    [visit(referrer=REDIRECT), visit(f"?{urlencode({'at': REDIRECT})}")],
    ids=["by the Referer", "by its script"],
)
def test_a_visit_to_its_site_may_tell_the_address_of_a_page(told: Exchange) -> None:
    _, address = sightings(told)

    assert (address.leg, address.parameters["code"]) == (Leg.AUTHORIZATION_RESPONSE, "the-code")


def test_an_authorization_request_that_is_told_is_one() -> None:
    _, address = sightings(visit(referrer=REQUEST))

    assert address.leg is Leg.AUTHORIZATION_REQUEST


def handover(medium: str, content: str) -> Handover:
    return Handover("h1", "p1", "", "client", "thief", medium, content, "of sh")


def test_the_arguments_of_a_process_show_the_authorization_request() -> None:
    (seen,) = heard(handover(Medium.PROCESS_ARGUMENTS, REQUEST))

    assert (seen.leg, seen.seen_in) == (Leg.AUTHORIZATION_REQUEST, "h1")
    assert seen.parameters["state"] == "the-state"
    assert "of sh" in seen.where


def test_a_line_of_an_access_log_shows_the_response_and_apart_from_it_the_cookies() -> None:
    line = 'app.test "GET /cb?code=the-code&state=s HTTP/1.1" "-" "session=x; verifier=v"'

    response, cookies = heard(handover(Medium.ACCESS_LOG, line))

    assert (response.leg, response.seen_in) == (Leg.AUTHORIZATION_RESPONSE, "h1")
    assert response.text == "https://app.test/cb?code=the-code&state=s"
    assert response.parameters == {"code": "the-code", "state": "s"}
    assert cookies.leg is Leg.REDIRECT_COOKIES
    assert cookies.parameters == {"cookie": "session=x; verifier=v"}


def test_a_line_of_an_access_log_shows_the_request_where_it_is_one() -> None:
    line = 'idp.test "GET /authorize?response_type=code&state=s HTTP/1.1" "-" "session=x"'

    (seen,) = heard(handover(Medium.ACCESS_LOG, line))

    assert seen.leg is Leg.AUTHORIZATION_REQUEST
    assert seen.parameters == {"response_type": "code", "state": "s"}


@pytest.mark.parametrize(
    ("host", "referrer", "told"),
    [
        ("app.test", "https://idp.test/authorize?response_type=code&state=s", True),
        ("idp.test", "https://idp.test/authorize?response_type=code&state=s", False),
        ("app.test", "https://idp.test/", False),
        ("app.test", "-", False),
    ],
)
def test_a_line_of_a_log_may_name_the_request_that_led_to_another_server(
    host: str, referrer: str, told: bool
) -> None:
    line = f'{host} "GET /cb?code=the-code HTTP/1.1" "{referrer}" "-"'

    seen = [each for each in heard(handover(Medium.ACCESS_LOG, line)) if each.leg is Leg.REFERRER]

    assert [each.parameters for each in seen] == [{"response_type": "code", "state": "s"}] * told


def test_a_link_that_opens_an_app_of_its_own_shows_the_response() -> None:
    (link,) = heard(handover(Medium.APP_LINK, "contoso:/cb?code=the-code&state=s"))

    assert (link.leg, link.parameters["code"]) == (Leg.AUTHORIZATION_RESPONSE, "the-code")


def test_what_comes_to_a_port_of_its_own_is_the_response_unless_it_has_asked_itself() -> None:
    (came,) = heard(handover(Medium.LOOPBACK_PORT, "http://127.0.0.1:4711/cb?code=the-code"))
    sign = "http://127.0.0.1:4711/sign-of-life"
    (alive,) = heard(handover(Medium.LOOPBACK_PORT, sign))

    assert (came.leg, came.parameters) == (Leg.AUTHORIZATION_RESPONSE, {"code": "the-code"})
    assert (alive.leg, alive.parameters) == (Leg.OWN, {"sign_of_life": sign})


def test_a_token_request_shows_its_form() -> None:
    (seen,) = heard(handover(Medium.TOKEN_REQUEST_LOG, "code=a%2Bb&code_verifier=v"))

    assert seen.leg is Leg.TOKEN_REQUEST
    assert seen.parameters == {"code": "a+b", "code_verifier": "v"}


def test_a_token_response_shows_its_texts() -> None:
    body = json.dumps({"access_token": "t", "expires_in": 60, "id_token": None})

    (seen,) = heard(handover(Medium.TOKEN_RESPONSE_LOG, body))

    assert seen.leg is Leg.TOKEN_RESPONSE
    assert seen.parameters == {"access_token": "t"}


@pytest.mark.parametrize(
    ("medium", "content"),
    [
        ("carrier pigeon", REQUEST),
        (Medium.ACCESS_LOG, "the server was started"),
        (Medium.ACCESS_LOG, 'app.test "GET /cb?code=c'),
        *((Medium.TOKEN_RESPONSE_LOG, body) for body in ("", "<html>", "[]", "null", '"text"')),
    ],
)
def test_what_is_none_of_it_shows_nothing(medium: str, content: str) -> None:
    assert not list(heard(handover(medium, content)))


def test_no_sighting_prints_what_it_saw() -> None:
    (seen,) = sightings(exchange("victim-browser", REDIRECT, "thief"))

    assert "the-code" not in repr(seen)


def test_a_click_on_its_bait_is_told_by_a_visit_of_its_own() -> None:
    told = [each.parameters for each in sightings(visit(path="/clicked"))]

    assert {"click": "https://www.thief.test/clicked"} in told
    assert not any("click" in each.parameters for each in sightings(visit()))


def test_a_form_that_its_site_is_sent_may_be_that_of_a_sign_in() -> None:
    form = (("content-type", "application/x-www-form-urlencoded"),)
    plain = visit()
    body = "username=alice&password=the-password"
    sent = replace(plain, request=replace(plain.request, method="POST", headers=form, body=body))

    *_, told = sightings(sent)

    assert told.leg is Leg.OWN
    assert told.parameters == {"username": "alice", "password": "the-password"}


def test_its_script_also_reads_the_fragment_of_a_page_which_no_server_is_sent() -> None:
    at = "https://www.thief.test/#code=the-code"

    on_page, in_fragment = [
        seen for seen in sightings(visit(f"?{urlencode({'at': at})}")) if seen.leg is not Leg.OWN
    ]

    assert (on_page.leg, on_page.parameters) == (Leg.AUTHORIZATION_RESPONSE, {})
    assert (in_fragment.leg, in_fragment.parameters) == (Leg.FRAGMENT, {"code": "the-code"})
