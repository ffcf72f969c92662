from hypothesis import given
from hypothesis import strategies as st

from reports.page.wording import path, request_line, request_parameters, response_line
from reports.records import Exchange, HttpRequest, HttpResponse


def _exchange(request: HttpRequest, response: HttpResponse | None, error: str = "") -> Exchange:
    return Exchange("e1", "p", "", 0, "thief", "client", "proxy", request, response, error)


def test_a_message_is_told_by_what_matters_in_it() -> None:
    request = HttpRequest(
        "POST",
        "https://login.idp.test/token",
        (("Authorization", "Bearer access_token#1"),),
        "grant_type=authorization_code&client_id=app&code=code#1",
    )
    assert request_line(request) == "POST /token"
    assert request_parameters(request) == ("Bearer access_token#1", "code=code#1", "client_id=app")


def test_an_answer_is_told_by_its_status_and_outcome() -> None:
    request = HttpRequest("GET", "http://x/")
    redirect = HttpResponse(302, (("location", "com.example.app:/cb?code=code#1"),))
    assert response_line(_exchange(request, redirect)) == "302 → com.example.app:/cb code=code#1"
    refusal = HttpResponse(400, (), '{"error":"invalid_grant"}')
    assert response_line(_exchange(request, refusal)) == "400 error=invalid_grant"
    assert response_line(_exchange(request, HttpResponse(200, (), "[1]"))) == "200"
    assert response_line(_exchange(request, HttpResponse(200, (), "[" * 60_000))) == "200"
    assert response_line(_exchange(request, None, "refused")) == "no response: refused"


@given(st.text())
def test_no_captured_url_breaks_the_wording(url: str) -> None:
    path(url)
    response_line(_exchange(HttpRequest("GET", url), HttpResponse(302, (("Location", url),), url)))


def test_a_redirect_tells_its_parameters_only_when_it_delivers_something() -> None:
    onward = HttpResponse(302, (("Location", "https://login.idp.test/authorize?state=state#1"),))
    delivery = HttpResponse(302, (("Location", "http://localhost:5218/cb?error=access_denied"),))
    request = HttpRequest("GET", "http://x/")
    assert response_line(_exchange(request, onward)) == "302 → /authorize"
    assert response_line(_exchange(request, delivery)) == "302 → /cb error=access_denied"
