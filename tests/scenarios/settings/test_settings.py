"""In a control nobody is in the way; in an attack the thief is; and then the way is free again."""

import asyncio
from functools import partial

import httpx
import pytest

from attacker.loot import LootBag
from attacker.thief import Thief
from attacker.vantage import REQUEST_AND_RESPONSE, RESPONSE, Leg, Vantage
from reports.records import Exchange, Handover, Record
from reports.redaction.secrets import Vault
from scenarios.channels import ACCESS_LOG, HEADLINE_CHANNELS, Channel
from scenarios.embedded import Embedded, invent_people
from scenarios.postures import S256
from scenarios.settings import SETTINGS
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.stage.stage import Stage, set_stage
from scenarios.target import Key

pytestmark = pytest.mark.stage

Seen = dict[str, list[Record]]


async def visit(stage: Stage, channel: Channel, vantage: Vantage, seen: Seen) -> Thief:
    """An honest login, one with the thief in place, and an honest one again; who saw what."""
    key = Key(channel, S256)
    records: list[Record] = seen.setdefault("handovers", [])
    names = [f"p{len(seen) * 10 + number}" for number in range(3)]
    hear = {
        name: seen.setdefault(f"{channel.id}-{number}", []) for number, name in enumerate(names)
    }
    for name, heard in hear.items():
        stage.recorder.audience[name] = heard.append
    thief = Thief(httpx.AsyncClient(), LootBag(vantage, lambda item: None), "")
    async with SETTINGS[channel](
        stage, key, f"{channel.id}.{vantage.name[:30]}", records.append
    ) as setting:
        async with setting.control(names[0]) as victim:
            await victim.log_in()
        stage.recorder.audience[names[1]] = partial(_both, thief, hear[names[1]])
        async with setting.attack(names[1], thief) as victim:
            await victim.log_in()
            await thief.receive_code()
        async with setting.control(names[2]) as victim:
            await victim.log_in()
    for handover in records:
        if isinstance(handover, Handover) and handover.play in hear:
            hear[handover.play].append(handover)
    return thief


def _both(thief: Thief, heard: list[Record], exchange: Exchange) -> None:
    heard.append(exchange)
    thief.witness(exchange)


def redeemed_by_client(records: list[Record]) -> bool:
    return any(
        isinstance(record, Exchange)
        and record.source == "client"
        and record.request.endpoint.endswith("/token")
        for record in records
    )


def reached_thief(records: list[Record]) -> bool:
    parts = {"thief", "malicious-app"}
    return any(
        isinstance(record, Exchange | Handover) and parts & {record.source, record.destination}
        for record in records
    )


def test_the_thief_is_in_the_way_during_an_attack_and_at_no_other_time(browser: Browser) -> None:
    async def on_every_channel() -> dict[str, tuple[Seen, Thief, Thief]]:
        options = StageOptions(browser, port=0)
        found = {}
        async with set_stage(
            options, Vault(), lambda record: None, Embedded(invent_people())
        ) as stage:
            for channel in (*HEADLINE_CHANNELS, ACCESS_LOG):
                seen: Seen = {}
                blind = await visit(stage, channel, RESPONSE, seen)
                sighted = await visit(stage, channel, REQUEST_AND_RESPONSE, {})
                found[channel.id] = (seen, blind, sighted)
        return found

    for channel, (seen, blind, sighted) in asyncio.run(on_every_channel()).items():
        before, during, after = (seen[f"{channel}-{number}"] for number in range(3))
        assert redeemed_by_client(before), channel
        assert redeemed_by_client(after), channel
        assert not reached_thief(before), channel
        assert not reached_thief(after), channel
        assert reached_thief(during), channel
        assert not redeemed_by_client(during), channel
        assert blind.loot.find("code_challenge", Leg.AUTHORIZATION_REQUEST) is None, channel
        assert sighted.loot.find("code_challenge", Leg.AUTHORIZATION_REQUEST), channel
        handed = [record for record in seen["handovers"] if isinstance(record, Handover)]
        media = {"custom-scheme": {"xdg-open"}, "access-log": {"access log"}}
        assert {record.medium for record in handed} == media.get(channel, set()), channel
