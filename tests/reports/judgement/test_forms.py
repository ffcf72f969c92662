"""Which request is the form of a page, told by what the page had it take along."""

import pytest

from reports.judgement.forms import Form, forms_of
from reports.records import HttpRequest
from tests.reports.judgement.cases import IDP, TARGET, exchange
from tests.reports.judgement.spoil import unanswered

LOGIN = f"{IDP}/login"


def forms(page: str) -> list[Form]:
    sent = HttpRequest("GET", f"{TARGET.authorization_endpoint}?client_id=contoso")
    return [*forms_of(exchange("a.page", 1, "victim-browser > identity-provider", sent, 200, page))]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<form action="/login"><input type="hidden" name="t" value="7">', Form(LOGIN, {"t": "7"})),
        ('<form action="/login?t=7&amp;u=">', Form(f"{LOGIN}?t=7&u=", {"t": "7"})),
        (
            '<form action="login"><input name="user" value="u"><input type="hidden" name="t">',
            Form(LOGIN, {"t": ""}),
        ),
        (
            '<form action="/login?t=csrf_token#2">',
            Form(f"{LOGIN}?t=csrf_token#2", {"t": "csrf_token#2"}),
        ),
        (
            "<form>",
            Form(f"{TARGET.authorization_endpoint}?client_id=contoso", {"client_id": "contoso"}),
        ),
    ],
    ids=["hidden field", "action", "visible field", "label of a secret", "no action"],
)
def test_a_form_carries_its_hidden_fields_and_the_parameters_of_its_action(
    page: str, found: Form
) -> None:
    assert forms(page) == [found]


def test_fields_belong_to_the_form_that_they_stand_in() -> None:
    hidden = '<input type="hidden" name="t" value="{}">'
    page = f"{hidden.format(0)}<form action=a>{hidden.format(1)}</form><form action=b>"

    assert [form.carries for form in forms(f"{page}{hidden.format(2)}</form>")] == [
        {"t": "1"},
        {"t": "2"},
    ]


@pytest.mark.parametrize("page", ["", "{}", "<p>", "<![oddity[<form action=/login?t=7>", "<form"])
def test_what_has_no_form_is_read_all_the_same(page: str) -> None:
    assert forms(page) == []


def test_what_was_not_answered_has_no_form() -> None:
    sent = HttpRequest("GET", TARGET.authorization_endpoint)
    log = {
        "a.page": exchange("a.page", 1, "victim-browser > identity-provider", sent, 200, "<form>")
    }
    unanswered("a.page")(log)  # type: ignore[arg-type]

    assert [*forms_of(log["a.page"])] == []


@pytest.mark.parametrize(
    ("sent", "was_sent"),
    [
        (HttpRequest("POST", LOGIN, body="t=7&user=alice"), True),
        (HttpRequest("POST", LOGIN, body="t=7"), True),
        (HttpRequest("GET", f"{LOGIN}?t=7&user=alice"), True),
        (HttpRequest("POST", f"{LOGIN}?t=7", body="user=alice"), True),
        (HttpRequest("POST", LOGIN, body="t=8&user=alice"), False),
        (HttpRequest("POST", LOGIN, body="user=alice"), False),
        (HttpRequest("POST", f"{IDP}/consent", body="t=7"), False),
    ],
)
def test_a_request_is_the_form_whose_values_it_brings_to_where_that_goes(
    sent: HttpRequest, was_sent: bool
) -> None:
    assert Form(LOGIN, {"t": "7"}).was_sent_in(sent) is was_sent
    assert Form(f"{LOGIN}?t=7", {"t": "7"}).was_sent_in(sent) is was_sent


def test_a_form_that_carries_nothing_is_no_sign_of_any_page() -> None:
    assert not Form(LOGIN, {}).was_sent_in(HttpRequest("POST", LOGIN, body="user=alice"))


def test_a_field_without_a_value_is_empty_and_a_button_is_no_field() -> None:
    page = '<form action="/login"><input type="hidden" name="t" value><button type="hidden">'

    assert forms(page) == [Form(LOGIN, {"t": ""})]
