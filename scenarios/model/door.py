"""A door: one thing that an attack has to get past."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from attacker.vantage import Vantage
from scenarios.postures import Posture


class Answer(NamedTuple):
    """Whether a door opens, and why, in words. An empty reason means: as a matter of course."""

    opens: bool
    why: str


class Door(ABC):
    """One thing that may stop an attack. Doors are values: frozen dataclasses without state."""

    @abstractmethod
    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Whether it opens in this posture to somebody with this vantage."""


def opened(why: str = "") -> Answer:
    """The attack gets past."""
    return Answer(True, why)


def shut(why: str) -> Answer:
    """The attack ends here."""
    return Answer(False, why)
