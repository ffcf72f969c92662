"""Which pages with status 200 say no, and that one which could go on does not."""

import pytest

from reports.judgement.error_pages import shows_error
from reports.records import Exchange, HttpRequest, HttpResponse, Observation
from tests.reports.judgement.cases import verdict
from tests.reports.judgement.kinds import refused_request
from tests.reports.judgement.spoil import change

SHELL = "<!doctype html><html><head><title>Error</title></head><body>{}</body></html>"
MARKED = '<div class="message message-negative alert" role="alert"><span data-m="108"></span></div>'
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def page(body: str, status: int = 200, headers: tuple[tuple[str, str], ...] = HTML) -> Exchange:
    answer = HttpResponse(status, headers, body)
    return Exchange("e1", "p1", "", 0, "a", "b", "proxy", HttpRequest("GET", "https://x/"), answer)


@pytest.mark.parametrize(
    "body",
    [
        "<p>The redirect URI is not registered.</p>",
        "<h1>Bad request</h1>",
        "<p>Error: invalid_request</p>",
        "<p>Unknown client</p>",
        MARKED,
        "<![if x]><p>Access denied</p>",
    ],
)
def test_a_page_that_marks_or_names_an_error_says_no(body: str) -> None:
    assert shows_error(page(SHELL.format(body)))


@pytest.mark.parametrize(
    "body",
    [
        '<div id="root"></div><script>const error = "invalid_request"</script>',
        "<noscript>Error: this page needs a script</noscript>",
        '<div role="alert" class="hint">We use cookies</div>',
        "<p>Do you allow Contoso to read your profile?</p>",
        f'{MARKED}<form action="/login"><input name="user"></form>',
        '<p>Error</p><iframe src="/consent"></iframe>',
        '<meta http-equiv="refresh" content="0; url=/consent"><p>No error</p>',
    ],
)
def test_a_page_that_could_go_on_or_names_none_does_not(body: str) -> None:
    assert not shows_error(page(SHELL.format(body)))


def test_other_answers_speak_by_their_status() -> None:
    said = SHELL.format("<h1>Error</h1>")

    assert not shows_error(page(said, 302))
    assert not shows_error(page(said, 500))
    assert not shows_error(page(said, headers=(("Content-Type", "application/json"),)))


@pytest.mark.parametrize(("body", "blocked"), [(MARKED, True), ("<p>Welcome</p>", False)])
def test_an_attack_is_blocked_by_a_page_of_errors(body: str, blocked: bool) -> None:
    log = refused_request()
    answer = HttpResponse(200, HTML, SHELL.format(body))
    change("attack.asked", response=answer)(log)

    found = verdict(log)

    assert (found.observed is Observation.ATTACK_BLOCKED) is blocked
    assert ("refused by a page, with status 200" in found.notes) is blocked


def test_a_page_that_honest_users_meet_as_well_says_nothing() -> None:
    log = refused_request()
    answer = HttpResponse(200, HTML, SHELL.format(MARKED))
    change("attack.asked", response=answer)(log)
    change("before.issue", response=answer)(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE
