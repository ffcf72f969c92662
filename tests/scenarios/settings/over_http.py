"""An attack where nobody needs a browser with a window."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from attacker.loot import LootBag
from attacker.thief import Thief
from attacker.vantage import (
    Vantage,
)
from reports.records import Handover, Record
from reports.redaction.secrets import Vault
from scenarios.channels import ACCESS_LOG
from scenarios.embedded import Embedded, invent_people
from scenarios.play import Victim
from scenarios.postures import S256, Posture
from scenarios.settings.access_log import AccessLogSetting
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import set_stage
from scenarios.target import Key

type Act = Callable[["Scene"], Awaitable[None]]


class Scene:
    """A thief in an attack on a victim, in front of a real stage."""

    def __init__(self, setting: AccessLogSetting, thief: Thief, records: list[Record]) -> None:
        self.setting = setting
        self.thief = thief
        self.records = records
        self.victim: Victim

    @property
    def media(self) -> set[str]:
        """The ways in which something reached the thief, other than HTTP."""
        return {record.medium for record in self.records if isinstance(record, Handover)}

    def status(self) -> int:
        return self.setting.browser.page.status


def attack(browser: Browser, vantage: Vantage, act: Act, posture: Posture = S256) -> Scene:
    """What comes of an attack by a thief of this vantage; then an honest login must work."""

    async def run() -> Scene:
        records: list[Record] = []
        options = StageOptions(browser, port=0, ipv6=False, desktop=False)
        async with (
            set_stage(options, Vault(), lambda record: None, Embedded(invent_people())) as stage,
            AccessLogSetting(stage, Key(ACCESS_LOG, posture), "victim", records.append) as setting,
            httpx.AsyncClient() as http,
        ):
            thief = Thief(http, LootBag(vantage, lambda item: None), "")
            scene = Scene(setting, thief, records)
            async with setting.attack("p1", thief) as scene.victim:
                await act(scene)
            heard = len(records)
            async with setting.control("p2") as honest:
                await honest.log_in()
            assert scene.status() == 200
            assert len(records) == heard
        return scene

    return asyncio.run(run())
