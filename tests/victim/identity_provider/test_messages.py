from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim.identity_provider import Parameters, Request
from victim.identity_provider.messages import MalformedRequestError, redirect

FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)
plain_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@given(st.lists(st.tuples(plain_text, plain_text), max_size=8))
def test_parameters_keep_order_duplicates_and_empty_values(pairs: list[tuple[str, str]]) -> None:
    assert list(Parameters.parse(urlencode(pairs)).pairs) == pairs


def test_an_empty_parameter_counts_as_omitted() -> None:
    assert Parameters.parse("a=&b=1").get("a") is None


def test_the_last_of_several_values_is_told_from_the_first() -> None:
    parameters = Parameters.parse("a=1&a=2&b=3&a=")

    assert (parameters.get("a"), parameters.last("a")) == ("1", None)
    assert Parameters.parse("a=1&a=2").last("a") == "2"
    assert parameters.last("b") == "3"
    assert parameters.last("c") is None


def test_parameters_can_be_sorted_out_and_overridden() -> None:
    parameters = Parameters.parse("a=1&b=2&a=3&c=4")

    assert parameters.only("a", "x") == Parameters.parse("a=1&a=3")
    assert parameters.without("a", "x") == Parameters.parse("b=2&c=4")
    assert parameters.overridden_by(Parameters.parse("d=5&a=6")) == Parameters.parse(
        "b=2&c=4&d=5&a=6"
    )


def test_repeated_names_are_told_even_when_empty() -> None:
    assert Parameters.parse("a=&b=1&a=&c").repeated() == {"a"}


def test_words_are_distinct_and_in_order() -> None:
    assert Parameters.parse("scope=b+a++b").words("scope") == ("b", "a")


def test_a_flood_of_parameters_is_malformed() -> None:
    with pytest.raises(MalformedRequestError, match="too many"):
        Parameters.parse("a=1&" * 101)


def test_a_body_is_a_form_only_when_it_says_so() -> None:
    assert Request.parse("POST", "/", "", FORM, b"a=1").form.get("a") == "1"
    assert Request.parse("POST", "/", "", (), b"a=1").form.pairs == ()


def test_the_first_cookie_of_a_name_wins_because_its_path_is_the_closest() -> None:
    request = Request.parse("GET", "/", "", (("Cookie", "a=1; b=x=y; a=2"),))

    assert request.cookies == {"a": "1", "b": "x=y"}


def test_representations_show_no_secret() -> None:
    request = Request.parse("POST", "/", "code=hush", (*FORM, ("Cookie", "a=hush")), b"b=hush")

    assert "hush" not in repr(request)
    assert "hush" not in repr(request.form)
    assert "hush" not in repr(redirect("https://app.test/cb", {"code": "hush"}))


@pytest.mark.parametrize(
    ("uri", "location"),
    [
        ("https://app.test/cb", "https://app.test/cb?code=a+b"),
        ("https://app.test/cb?tenant=1", "https://app.test/cb?tenant=1&code=a+b"),
        ("com.example.app:/cb", "com.example.app:/cb?code=a+b"),
    ],
)
def test_a_redirect_adds_to_the_query_and_never_repeats_a_form(uri: str, location: str) -> None:
    response = redirect(uri, {"code": "a b", "state": None})

    assert response.header("location") == location
    assert response.status == 303
    assert response.header("referrer-policy") == "no-referrer"
    assert response.header("cache-control") == "no-store"


def test_a_redirect_may_use_the_fragment_and_tell_where_it_comes_from() -> None:
    response = redirect("https://app.test/cb?a=1", {"code": "c"}, separator="#", referrer="origin")

    assert response.header("location") == "https://app.test/cb?a=1#code=c"
    assert response.header("referrer-policy") == "origin"
