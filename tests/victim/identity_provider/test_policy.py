from __future__ import annotations

import dataclasses
import inspect
import re
from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import (
    DEMO,
    HARDENED,
    Policy,
    Weakness,
    weaknesses,
    weaknesses_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.victim.identity_provider.conftest import Scene


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


each_weakness = pytest.mark.parametrize("weakness", weaknesses(), ids=lambda each: each.name)


@each_weakness
def test_every_switch_says_what_is_wrong_and_which_clause_it_breaks(weakness: Weakness) -> None:
    assert re.fullmatch(r"[A-Z].+\.", weakness.description)
    assert re.fullmatch(r"(RFC\d{4}|OAUTH-2\.1|OIDC-CORE)#\d+(\.\d+)*", weakness.clause)


def test_every_boolean_of_a_policy_is_a_declared_weakness() -> None:
    switches = {name for name, value in vars(Policy()).items() if isinstance(value, bool)}

    assert switches == {weakness.name for weakness in weaknesses()}


def test_no_name_is_declared_twice() -> None:
    # A second declaration would quietly take the place of the first.
    groups = [group for group in Policy.__mro__ if dataclasses.is_dataclass(group)]
    names = [name for group in groups for name in inspect.get_annotations(group)]

    assert len(groups) > 1
    assert sorted(names) == sorted(set(names))
    assert {weakness.name for weakness in weaknesses()} <= set(names)


def test_no_two_switches_are_described_alike() -> None:
    descriptions = [weakness.description for weakness in weaknesses()]

    assert len(set(descriptions)) == len(descriptions)


class TestHonestLogins:
    """A weakness is not an outage: whoever does nothing wrong notices nothing."""

    @each_weakness
    def test_of_a_public_client_work_under_each_weakness(
        self, weakness: Weakness, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(**{weakness.name: True}))

        for _ in range(2):
            tokens = scene.tokens()
            assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"
            refreshed = scene.refresh(tokens["refresh_token"]).json()
            assert scene.userinfo(refreshed["access_token"]).json()["sub"] == "sub-alice"

    @each_weakness
    def test_of_a_confidential_client_work_under_each_weakness(
        self, weakness: Weakness, make_scene: Callable[[Policy], Scene]
    ) -> None:
        scene = make_scene(Policy(**{weakness.name: True}))
        secret = scene.CONFIDENTIAL.secret

        tokens = scene.token(code=scene.code(**scene.WEB), client_secret=secret, **scene.WEB).json()

        assert scene.userinfo(tokens["access_token"]).json()["sub"] == "sub-alice"
        refreshed = scene.refresh(
            tokens["refresh_token"], client_id="web-app", client_secret=secret
        )
        assert refreshed.status == 200
