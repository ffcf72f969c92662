"""A thief at the real client and the real provider; it hears of exchanges one by one."""

import json
from itertools import count
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from attacker.loot import LootBag, LootItem
from attacker.thief import Thief
from attacker.vantage import RESPONSE, Vantage
from reports.records import Exchange, HttpRequest, HttpResponse
from scenarios.target import Key
from tests.world import World


class Scene:
    """A thief at one client, and a victim whose redirect it may be shown."""

    def __init__(
        self, key: Key, vantage: Vantage = RESPONSE, variant: ASGIApp | None = None
    ) -> None:
        self.world = World({"variant.test": variant} if variant else {})
        honest = self.world.entry(key)
        self.entry = "https://variant.test/login" if variant else honest
        self.recorded: list[LootItem] = []
        bag = LootBag(vantage, self.recorded.append)
        self.thief = Thief(self.world.http("thief", self.hear), bag, self.entry)
        self.victim = self.world.http("victim-browser")
        self._numbers = count(1)

    def hear(self, exchange: Exchange) -> None:
        self.thief.witness(exchange)

    async def victim_signs_in(self) -> str:
        """The victim's redirect; it has reached nobody yet."""
        return await self.world.sign_in(self.victim, self.entry)

    async def redirect_goes_astray(self) -> str:
        redirect = await self.victim_signs_in()
        self.hear(self.to_thief(redirect))
        return redirect

    def to_thief(self, url: str, location: str = "") -> Exchange:
        """The victim's browser asks the thief's listener for a page."""
        headers = (("location", location),) if location else ()
        answer = HttpResponse(302 if location else 200, headers)
        return Exchange(
            id=f"listener-{next(self._numbers)}",
            play="p1",
            at="",
            seconds=0.0,
            source="victim-browser",
            destination="thief",
            seen_by="listener",
            request=HttpRequest("GET", url),
            response=answer,
        )

    def request_was_seen(self) -> None:
        """The squatter relayed the start of the victim's login."""
        started = next(e for e in self.world.exchanges if e.source == "victim-browser")
        assert started.response is not None
        self.hear(self.to_thief(started.request.url, started.response.header("location")))

    def thiefs(self, path: str) -> list[Exchange]:
        """What the thief itself asked the provider or the client for."""
        return [
            exchange
            for exchange in self.world.exchanges
            if exchange.source == "thief" and urlsplit(exchange.request.url).path == path
        ]

    @property
    def subjects_read(self) -> list[str]:
        answers = [exchange.response for exchange in self.thiefs("/demo/userinfo")]
        return [json.loads(answer.body)["sub"] for answer in answers if answer]
