"""What a scenario is, and how the files of the families become a registry."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from attacker.vantage import Vantage
from reports.records import Proof, ScenarioInfo
from scenarios.channels import CHANNELS, Channel
from scenarios.postures import HEADLINE, Posture
from victim.client import VerifierSource

if TYPE_CHECKING:
    from scenarios.play import Play

FAMILIES = ("interception", "verifier", "injection", "boundary")
"""The folders of scenarios, in the order in which a newcomer should meet them."""

Script = Callable[["Play"], Awaitable[None]]


class Goal(StrEnum):
    """What the attacker does with what it has captured."""

    REDEEM = "redeem the code itself"
    INJECT_CODE = "have the honest client redeem the code in the attacker's session"
    INJECT_CODE_AND_STATE = "the same, with the state of the victim's login"


@dataclass(frozen=True)
class Scenario:
    """One scripted attack. ``title`` is the invariant that should hold."""

    id: str
    family: str
    title: str
    story: str
    vantage: Vantage
    clauses: tuple[str, ...]
    remedy: str
    postures: tuple[Posture, ...]
    channels: tuple[Channel, ...]
    verifier: VerifierSource
    goal: Goal
    script: Script

    @property
    def info(self) -> ScenarioInfo:
        """The scenario for the run log."""
        proof = Proof.TOKEN if self.goal is Goal.REDEEM else Proof.SESSION
        return ScenarioInfo(
            id=self.id,
            family=self.family,
            title=self.title,
            story=self.story,
            vantage=self.vantage.name,
            clauses=self.clauses,
            remedy=self.remedy,
            proof=proof,
            active=self.vantage.active,
        )


def scenario(
    *,
    title: str,
    vantage: Vantage,
    clauses: tuple[str, ...],
    remedy: str,
    postures: tuple[Posture, ...] = HEADLINE,
    channels: tuple[Channel, ...] = CHANNELS,
    verifier: VerifierSource = VerifierSource.FRESH,
    goal: Goal = Goal.REDEEM,
) -> Callable[[Script], Scenario]:
    """Make a script a scenario. Its id is the function's name, its story the module's docstring."""

    def register(script: Script) -> Scenario:
        module = inspect.getmodule(script)
        assert module is not None
        return Scenario(
            id=script.__name__.replace("_", "-"),
            family=module.__name__.split(".")[-2],
            title=title,
            story=inspect.cleandoc(module.__doc__ or ""),
            vantage=vantage,
            clauses=clauses,
            remedy=remedy,
            postures=postures,
            channels=channels,
            verifier=verifier,
            goal=goal,
            script=script,
        )

    return register


@cache
def all_scenarios() -> dict[str, Scenario]:
    """Every scenario by its id: families in the order of :data:`FAMILIES`, files by name."""
    found = []
    for family in FAMILIES:
        package = import_module(f"scenarios.{family}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            values = vars(import_module(module.name)).values()
            found += [value for value in values if isinstance(value, Scenario)]
    return {scenario.id: scenario for scenario in found}
