"""Plays the cells of one client in one posture, between two honest logins."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import batched, count

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from attacker.injector import Injector
from attacker.loot import LootBag, LootItem
from attacker.thief import Thief
from reports import actors
from reports.records import (
    Loot,
    PlannedCell,
    PlayFinished,
    PlayStarted,
    Proof,
    Record,
    Screenshot,
    Step,
)
from reports.runlog import now
from scenarios.play import PageBrowser, Play, Victim
from scenarios.registry import Scenario
from scenarios.settings import SETTINGS, Setting
from scenarios.stage.stage import Stage
from scenarios.target import Key
from victim.user import PasswordRefusedError, UserAtBrowser

_PLAY_SECONDS = 60.0
_SECRET_LOOT = frozenset(
    {
        "access_token",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "nonce",
        "password",
        "refresh_token",
        "request_uri",
        "session",
        "state",
    }
)

Write = Callable[[Record], None]


@dataclass(frozen=True)
class Cell:
    """A planned cell with the scenario that is played in it."""

    plan: PlannedCell
    scenario: Scenario


@dataclass
class Company:
    """What all performances of a run share: the stage, the log, and the numbering of plays.

    After so many attacks (``bracketed``; 0 for all of them) there is an honest login again: what
    lies between two is decided, whatever may happen later.
    """

    stage: Stage
    write: Write
    numbers: "count[int]"
    bracketed: int = 0

    @asynccontextmanager
    async def play(
        self, kind: str, group: str, cell: str = "", position: str = ""
    ) -> AsyncIterator[str]:
        """Frame a play in the log. What goes wrong inside is recorded, and ends that play only."""
        play, started, error = f"p{next(self.numbers)}", time.monotonic(), ""
        self.write(PlayStarted(play, now(), kind, group, cell, position))
        try:
            async with asyncio.timeout(_PLAY_SECONDS):
                yield play
        except asyncio.CancelledError:
            error = "interrupted"
            raise
        except TimeoutError:
            error = f"the play did not end within {_PLAY_SECONDS:.0f} s"
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
        finally:
            self.write(PlayFinished(play, now(), round(time.monotonic() - started, 3), error))


class Performance:
    """One group: a control, the attacks, a control; all at the same client, in the same posture."""

    def __init__(self, company: Company, key: Key, cells: Iterable[Cell]) -> None:
        self._company = company
        self._stage = company.stage
        self._group = key.name
        self._key = key
        self._cells = list(cells)

    async def run(self) -> None:
        """Play the group. Attacks run even after a failed control: the judge must see both."""
        async with self.setting() as setting:
            await self.control(setting, "before")
            size = self._company.bracketed or max(len(self._cells), 1)
            for cells in list(batched(self._cells, size, strict=False)) or [()]:
                for cell in cells:
                    await self.attack(setting, cell)
                await self.control(setting, "after")

    def setting(self) -> Setting:
        """Where the group is played: the victim's device, with a profile that lasts as long."""
        kind = SETTINGS[self._key.channel]
        return kind(self._stage, self._key, self._group, self._company.write)

    async def control(self, setting: Setting, position: str) -> None:
        """Play an honest login, ``before`` or ``after`` attacks.

        Raises :class:`scenarios.stage.courtesy.HadEnoughError`.
        """
        self._stage.courtesy.check()
        async with (
            self._company.play("control", self._group, position=position) as play,
            setting.control(play) as victim,
        ):
            self._announce(play, "The user signs in at the honest client; nobody is in the way")
            try:
                await victim.log_in()
            except PasswordRefusedError as refused:
                self._stage.courtesy.refused(str(refused))
                raise

    async def attack(self, setting: Setting, cell: Cell) -> None:
        """Play one attack. Raises :class:`scenarios.stage.courtesy.HadEnoughError`."""
        self._stage.courtesy.check()
        async with (
            self._company.play("attack", self._group, cell.plan.id) as play,
            AsyncExitStack() as stack,
        ):
            thief = self._thief(play, cell.scenario, stack)
            injector = await self._injector(play, cell.scenario, setting, thief, stack)
            victim = await stack.enter_async_context(setting.attack(play, thief))
            stack.callback(self._stage.target.reset_clock, self._key)
            clock = partial(self._stage.target.set_clock_forward, self._key)
            arrival = partial(self._stage.arrivals.wait, play)
            announce = partial(self._announce, play)
            look = partial(setting.find_yes, play, thief.own.client_id)
            script = Play(victim, thief, announce, clock, injector, arrival, look)
            await cell.scenario.script(script)
            await self._picture(play, victim, injector)

    @property
    def _client(self) -> str:
        return self._stage.target.entry(self._key)

    def _thief(self, play: str, scenario: Scenario, stack: AsyncExitStack) -> Thief:
        session = f"thief.{self._key.channel.id}"
        http = self._stage.network.lasting_client(actors.THIEF, session)
        self._stage.cast.assign(session, play)
        thief = Thief(
            http, LootBag(scenario.vantage, partial(self._record_loot, play)), self._client
        )
        self._stage.target.equip(thief, self._key, scenario)
        self._stage.recorder.audience[play] = thief.witness
        stack.callback(self._stage.recorder.audience.pop, play)
        return thief

    async def _injector(
        self,
        play: str,
        scenario: Scenario,
        setting: Setting,
        thief: Thief,
        stack: AsyncExitStack,
    ) -> Injector | None:
        if scenario.proof is Proof.TOKEN and self._key.channel.needs_window:
            return None
        browser = await stack.enter_async_context(setting.attackers_browser(play))
        return Injector(browser, thief.loot, self._client)

    async def _picture(self, play: str, victim: Victim, injector: Injector | None) -> None:
        """A picture of what the play is about, where there is something to see."""
        if injector is None:
            if isinstance(victim.user, UserAtBrowser):
                await self._screenshot(play, victim.user.page, actors.VICTIM_BROWSER)
        elif isinstance(injector.browser, PageBrowser):
            await self._screenshot(play, injector.browser.page, actors.ATTACKER_BROWSER)

    def _announce(self, play: str, title: str) -> None:
        self._company.write(Step(play, now(), title))

    def _record_loot(self, play: str, item: LootItem) -> None:
        if item.kind in _SECRET_LOOT:
            self._stage.vault.learn(item.kind, item.value)
        elif item.kind == "authorization_request":
            # With plain, its challenge is a verifier.
            self._stage.vault.learn_message(item.value, (), "")
        identity = self._stage.recorder.next_id()
        self._company.write(
            Loot(identity, play, now(), item.kind, item.value, item.seen_in, item.where)
        )

    async def _screenshot(self, play: str, page: Page, actor: str) -> None:
        # A picture is no evidence: a browser that cannot take one must not undo the play.
        with suppress(PlaywrightError):
            caption = await page.title()
            png = await page.screenshot(mask=[page.locator("input")], timeout=5000)
            encoded = base64.b64encode(png).decode()
            self._company.write(Screenshot(play, now(), actor, caption, encoded))
