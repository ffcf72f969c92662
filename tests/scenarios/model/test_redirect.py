import pytest

from scenarios.model.redirect import Spelling, bent

REGISTERED = "https://app.test/cb"


def spelling(template: str, **more: object) -> Spelling:
    return Spelling("any", "No title", template, bent_by=(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("{registered}/../x", "https://app.test/cb/../x"),
        ("https://{host}.evil.test{path}", "https://app.test.evil.test/cb"),
        ("https://{host}{PATH}", "https://app.test/CB"),
    ],
)
def test_it_is_made_of_the_parts_of_the_registered_one(template: str, made: str) -> None:
    assert spelling(template).bend(REGISTERED) == bent(template, REGISTERED) == made


def test_the_request_names_it_where_the_row_says() -> None:
    assert spelling("-").as_request("u") == {"redirect_uri": "u"}
    assert spelling("-", place="second").as_request("u") == {"more": [("redirect_uri", "u")]}
    assert spelling("-", place="none").as_request("u") == {"redirect_uri": None}


def test_the_token_request_names_what_the_code_came_by() -> None:
    assert spelling("-").as_token_request("u").changes == {"redirect_uri": "u"}
