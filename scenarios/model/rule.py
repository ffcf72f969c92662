"""A rule that stops an attack as long as everybody keeps it."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.postures import Posture
from scenarios.weaknesses import catalogue


@dataclass(frozen=True)
class Rule(Door):
    """A rule of the server or the client, and the weaknesses that bend it.

    ``says`` completes "blocked, because ...". Where what the attacker knows plays a part, the rule
    is not all: such doors are :mod:`scenarios.model.verifier` and its neighbours.
    """

    says: str
    bent_by: tuple[str, ...]

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Shut, unless the posture has one of the weaknesses."""
        bent = next((name for name in self.bent_by if posture.has(name)), None)
        return opened(in_words(bent)) if bent else shut(self.says)


@dataclass(frozen=True)
class Unhindered(Door):
    """Where no party has a rule that could stop the attack: a limit of the protocol."""

    why: str

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Always open."""
        return opened(self.why)


def in_words(weakness: str) -> str:
    """A weakness as part of a sentence: its description up to what follows from it."""
    text = catalogue()[weakness].description.partition(", so ")[0].rstrip(".")
    return text[0].lower() + text[1:]
