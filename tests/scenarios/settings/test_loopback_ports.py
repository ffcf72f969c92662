"""The app at its port, as two processes on one device see it: a real app on a real stage."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from attacker.loot import LootBag
from attacker.thief import Thief
from attacker.vantage import LOCAL_PROCESS
from reports.judgement.judge import judge
from reports.records import Handover, Loot, Observation, Record
from reports.redaction.secrets import Vault
from scenarios.channels import LOOPBACK_PORTS
from scenarios.embedded import Embedded, invent_people
from scenarios.matrix import Extent, matrix_plan
from scenarios.play import Play
from scenarios.postures import Posture, hardened
from scenarios.registry import all_scenarios
from scenarios.settings.loopback_ports import LoopbackPortsSetting
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import set_stage
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.conftest import Played, observed, play
from victim.identity_provider import ClientType

pytestmark = pytest.mark.stage

HARDENED = hardened(ClientType.PUBLIC)

type Act = Callable[[Play], Awaitable[None]]


def attack(browser: Browser, posture: Posture, act: Act) -> tuple[Thief, list[Record]]:
    """What comes of an attack; honest logins before and after must work."""

    async def run() -> tuple[Thief, list[Record]]:
        records: list[Record] = []
        options = StageOptions(browser, port=0, ipv6=False, desktop=False)
        async with (
            set_stage(options, Vault(), lambda record: None, Embedded(invent_people())) as stage,
            LoopbackPortsSetting(
                stage, Key(LOOPBACK_PORTS, posture), "victim", records.append
            ) as setting,
            httpx.AsyncClient() as http,
        ):
            thief = Thief(http, LootBag(LOCAL_PROCESS, lambda item: None), "")
            async with setting.control("p1") as honest:
                await honest.log_in()
            async with setting.attack("p2", thief) as victim:
                await act(Play(victim, thief, lambda title: None, lambda seconds: None))
            heard = len(records)
            async with setting.control("p3") as honest:
                await honest.log_in()
            assert len(records) == heard
            assert setting.browser.page.text == "Done."
        return thief, records

    return asyncio.run(run())


async def sign_in_twice(play: Play) -> None:
    """The app is seen at its port, and then somebody else is there."""
    await play.victim.log_in()
    await play.thief.process.take(play.thief.process.seen)
    await play.victim.log_in()


async def join(play: Play) -> None:
    play.thief.process.joins = True
    await play.victim.log_in()


@pytest.mark.parametrize("act", [sign_in_twice, join], ids=["before", "beside"])
def test_a_model_app_has_its_port_to_itself(browser: Browser, act: Act) -> None:
    thief, records = attack(browser, HARDENED, act)

    assert thief.process.seen != 0
    assert thief.catch() is None
    assert records == []


@pytest.mark.parametrize(
    ("habit", "act"), [("loopback_port_fixed", sign_in_twice), ("loopback_port_shared", join)]
)
def test_the_redirect_of_a_careless_app_comes_to_the_thief(
    browser: Browser, habit: str, act: Act
) -> None:
    thief, records = attack(browser, weakened([habit], ClientType.PUBLIC), act)

    (handover,) = (each for each in records if isinstance(each, Handover))
    assert (handover.source, handover.destination) == ("victim-browser", "malicious-app")
    code = thief.catch()
    assert code is not None
    assert code.seen_in == handover.id


CAUGHT = {"taken-port": "loopback_port_fixed", "shared-port": "loopback_port_shared"}


def cell(scenario: str, weakness: str = "") -> str:
    posture = f"{weakness}.public" if weakness else "hardened-public"
    return f"{scenario}/loopback-ports/{posture.replace('_', '-')}"


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    scenarios = [all_scenarios()[name] for name in CAUGHT]
    plan = matrix_plan(scenarios, Extent((*CAUGHT.values(), "pkce_unused"), others=2))
    return play(tmp_path_factory.mktemp("ports"), plan, StageOptions(browser, port=0))


def test_each_habit_gives_the_code_to_the_attack_that_it_is_known_for(played: Played) -> None:
    seen = observed(played.judgement.verdicts)

    won = {name for name, found in seen.items() if found == Observation.ATTACK_SUCCEEDED}
    assert won == {cell(scenario, weakness) for scenario, weakness in CAUGHT.items()}
    assert {*seen.values()} == {Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED}


@pytest.mark.parametrize("scenario", CAUGHT)
@pytest.mark.parametrize("gone", ["code", "sign_of_life"])
def test_neither_theft_nor_silence_counts_without_what_the_process_has_heard(
    played: Played, scenario: str, gone: str
) -> None:
    kept = tuple(
        each for each in played.stored.records if not (isinstance(each, Loot) and each.kind == gone)
    )
    seen = observed(judge(replace(played.stored, records=kept)).verdicts)

    decided = cell(scenario, CAUGHT[scenario] if gone == "code" else "")
    assert seen[decided] == Observation.INCONCLUSIVE
