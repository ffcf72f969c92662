import pytest

from tests.victim.client.conftest import ENTRY, PROVIDER
from victim.client import Endpoint, Habits
from victim.client.company import ALONE, Company, of_failed, of_signed_in

PARTNER = "https://partner.test"


def endpoint(partner: str = PARTNER, **habits: bool) -> Endpoint:
    return Endpoint("/a", "app", ENTRY, PROVIDER, Habits(**habits), partner=partner)


LEAKS = {"callback_leaks_referrer": True}
SCRIPTED = {"third_party_script_on_error_page": True}


def test_a_partner_s_badge_is_on_every_page_and_learns_nothing() -> None:
    badge = Company('<img src="https://partner.test/badge.svg" alt="">', "no-referrer")

    assert of_signed_in(endpoint()) == of_failed(endpoint()) == badge


@pytest.mark.parametrize("habits", [{}, SCRIPTED], ids=["good", "scripted"])
def test_without_a_partner_there_is_nobody(habits: dict[str, bool]) -> None:
    alone = endpoint("", **habits)

    assert of_signed_in(alone) == of_failed(alone) == ALONE


def test_only_the_page_that_ends_a_login_tells_its_address_under_that_habit() -> None:
    assert of_signed_in(endpoint(**LEAKS)).referrer_policy == "unsafe-url"
    assert of_failed(endpoint(**LEAKS)).referrer_policy == "no-referrer"


def test_only_the_error_page_runs_a_script_under_that_habit() -> None:
    assert '<script src="https://partner.test/counter.js">' in of_failed(endpoint(**SCRIPTED)).html
    assert "<script" not in of_signed_in(endpoint(**SCRIPTED)).html


@pytest.mark.parametrize("partner", [PARTNER, ""], ids=["partner", "nobody"])
def test_pages_that_end_a_login_post_their_address_to_any_opener_under_that_habit(
    partner: str,
) -> None:
    word = "<script>opener?.postMessage(location.href, '*')</script>"
    telling = endpoint(partner, answer_posted_to_any_opener=True)

    assert of_signed_in(telling).html.endswith(word)
    assert of_failed(telling).html.endswith(word)
    assert word not in of_failed(endpoint(partner)).html
