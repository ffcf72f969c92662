"""What a scenario is, and how the files of the families become a registry."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, partial, update_wrapper
from importlib import import_module
from typing import TYPE_CHECKING

from attacker.vantage import OWN_ACCOUNT, Vantage
from reports.records import Deviation, Proof, Refusal, ScenarioInfo
from scenarios.channels import ACCESS_LOG, Channel
from scenarios.needs import Need
from scenarios.postures import Posture
from victim.identity_provider import ClientType

if TYPE_CHECKING:
    from scenarios.model import Door
    from scenarios.play import Play

FAMILIES = (
    "interception",
    "verifier",
    "pkce",
    "codes",
    "injection",
    "redirects",
    "servers",
    "tokens",
    "boundary",
)
"""The folders of scenarios, in the order in which a newcomer should meet them."""

Script = Callable[["Play"], Awaitable[None]]
Objection = Callable[[str], str]


def _none(_redirect_uri: str) -> str:
    return ""


@dataclass(frozen=True)
class Scenario:
    """One scripted attack.

    ``title`` is the invariant that should hold. ``attack`` is the row of doors that it has to get
    past, and all that the model knows of it. ``postures`` are those of the headline, empty for a
    scenario that is not among them; ``habits`` are bad habits of the client that the headline
    plays it with. ``client_type`` is how the client is registered when the catalogue is played, and
    ``uses`` are good habits that the client has then. ``refusals`` are the ways of being refused
    that count; ``deviates`` names what of the honest login the attack changes on purpose, so that
    it is no reason for doubt. ``limit`` says why it succeeds even where all is hardened, if it
    does: a limit of the protocol. ``objection`` says of a client's redirect URI why the attack
    would prove nothing there.
    """

    id: str
    family: str
    title: str
    story: str
    vantage: Vantage
    clauses: tuple[str, ...]
    remedy: str
    attack: tuple["Door", ...]
    proof: Proof
    refusals: tuple[Refusal, ...]
    deviates: tuple[Deviation, ...]
    client_type: ClientType
    postures: tuple[Posture, ...]
    channels: tuple[Channel, ...]
    habits: tuple[str, ...]
    uses: tuple[str, ...]
    limit: str
    needs: frozenset[Need]
    objection: Objection
    script: Script

    @property
    def is_headline(self) -> bool:
        """Whether ``codejack demo`` plays it."""
        return bool(self.postures)

    @property
    def all_needs(self) -> frozenset[Need]:
        """What it needs of the server under test, and of whoever owns that."""
        by_account = self.proof is Proof.FORCED_SESSION or self.vantage is OWN_ACCOUNT
        return self.needs | ({Need.ATTACKERS_ACCOUNT} if by_account else set())

    @property
    def info(self) -> ScenarioInfo:
        """The scenario for the run log."""
        return ScenarioInfo(
            id=self.id,
            family=self.family,
            title=self.title,
            story=self.story,
            vantage=self.vantage.name,
            clauses=self.clauses,
            remedy=self.remedy,
            proof=self.proof,
            active=self.vantage.active,
            refusals=self.refusals,
            deviates=self.deviates,
            limit=self.limit,
        )


def scenario(
    *,
    title: str,
    vantage: Vantage,
    clauses: tuple[str, ...],
    remedy: str,
    attack: tuple["Door", ...],
    proof: Proof = Proof.TOKEN,
    refusals: tuple[Refusal, ...] = (Refusal.TOKEN_ENDPOINT,),
    deviates: tuple[Deviation, ...] = (),
    client_type: ClientType = ClientType.PUBLIC,
    postures: tuple[Posture, ...] = (),
    channels: tuple[Channel, ...] = (ACCESS_LOG,),
    habits: tuple[str, ...] = (),
    uses: tuple[str, ...] = (),
    limit: str = "",
    needs: tuple[Need, ...] = (),
    objection: Objection = _none,
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
            attack=attack,
            proof=proof,
            refusals=refusals,
            deviates=deviates,
            client_type=client_type,
            postures=postures,
            channels=channels,
            habits=habits,
            uses=uses,
            limit=limit,
            needs=frozenset(needs),
            objection=objection,
            script=script,
        )

    return register


def variant(script: Callable[..., Awaitable[None]], name: str, **given: object) -> Script:
    """A script with these arguments, for a table of scenarios: its name goes on with ``name``."""
    made = update_wrapper(partial(script, **given), script)
    made.__name__ = f"{script.__name__}_{name}"
    return made


@cache
def all_scenarios() -> dict[str, Scenario]:
    """Every scenario by its id: families in the order of :data:`FAMILIES`, files by name."""
    found = []
    for family in FAMILIES:
        package = import_module(f"scenarios.{family}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(import_module(module.name)).values():
                found += _scenarios_in(value)
    return {scenario.id: scenario for scenario in found}


def _scenarios_in(value: object) -> list[Scenario]:
    """A scenario stands for itself, and a tuple for the scenarios of a table."""
    values = value if isinstance(value, tuple) else (value,)
    return [each for each in values if isinstance(each, Scenario)]
