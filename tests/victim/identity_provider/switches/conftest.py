"""Which switch changes what: an attack is played at the hardened provider and at each weak one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

from victim.identity_provider import DEMO, Policy
from victim.identity_provider.switches.pkce import PkceSwitches
from victim.identity_provider.switches.token_endpoint import TokenEndpointSwitches

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

type Attack = Callable[[Scene], object]
type Play = Callable[[Attack, Iterable[str]], object]
"""Plays an attack with some switches on, and returns its outcome."""

SWITCHES = [
    switch.name
    for group in (PkceSwitches, TokenEndpointSwitches)
    for switch in dataclasses.fields(group)
]


@pytest.fixture
def play(make_scene: Callable[[Policy], Scene]) -> Play:
    return lambda attack, switches: attack(make_scene(Policy(**dict.fromkeys(switches, True))))


@pytest.fixture
def noticed_by(play: Play) -> Callable[[Attack], set[str]]:
    """The switches under each of which alone the attack ends otherwise than if hardened."""

    def compare(attack: Attack) -> set[str]:
        hardened = play(attack, ())
        return {switch for switch in SWITCHES if play(attack, [switch]) != hardened}

    return compare


@pytest.fixture
def hidden_by(play: Play) -> Callable[[Attack, str], set[str]]:
    """The switches that, added to one, make the attack end otherwise than with that one alone."""

    def compare(attack: Attack, switch: str) -> set[str]:
        weak = play(attack, [switch])
        return {other for other in SWITCHES if play(attack, [switch, other]) != weak}

    return compare


@pytest.fixture
def shows_on_demo(make_scene: Callable[[Policy], Scene]) -> Callable[[Attack, str], bool]:
    """Whether a switch changes the attack on the tenant that serves the whole demo, too."""

    def compare(attack: Attack, switch: str) -> bool:
        weaker = dataclasses.replace(DEMO, **{switch: True})
        return attack(make_scene(weaker)) != attack(make_scene(DEMO))

    return compare
