import re

import pytest

from victim.identity_provider import DEMO, HARDENED, Policy, weaknesses, weaknesses_of


def test_the_default_policy_has_no_weakness() -> None:
    assert weaknesses_of(Policy()) == ()
    assert weaknesses_of(HARDENED) == ()


def test_the_demo_policy_has_exactly_the_four_weaknesses_of_the_headline_scenarios() -> None:
    assert [weakness.name for weakness in weaknesses_of(DEMO)] == [
        "pkce_optional",
        "plain_accepted",
        "consent_remembered_for_public_clients",
        "plaintext_redirect_accepted",
    ]


@pytest.mark.parametrize("weakness", weaknesses(), ids=lambda weakness: weakness.name)
def test_every_switch_says_what_is_wrong_and_which_clause_it_breaks(weakness: object) -> None:
    assert re.fullmatch(r"[A-Z].+\.", weakness.description)  # type: ignore[attr-defined]
    assert re.fullmatch(r"[A-Z0-9\-.]+#[0-9.]+", weakness.clause)  # type: ignore[attr-defined]


def test_every_boolean_of_a_policy_is_a_declared_weakness() -> None:
    switches = {name for name, value in vars(Policy()).items() if isinstance(value, bool)}

    assert switches == {weakness.name for weakness in weaknesses()}
