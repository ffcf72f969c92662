"""The thief's copy of the client application: anybody can download it and look inside."""

import io
import zipfile
from collections.abc import Callable

import httpx

from attacker.dissection import texts_in
from attacker.loot import LootBag, LootItem
from attacker.vantage import Leg


class AppCopy:
    """A copy of the app of the client at that address, for a vantage that has one.

    ``newest`` gives the id of the thief's newest exchange.
    """

    def __init__(
        self, http: httpx.AsyncClient, loot: LootBag, client: str, newest: Callable[[], str]
    ) -> None:
        self._http = http
        self._loot = loot
        self._client = client
        self._newest = newest

    async def unpack(self) -> tuple[str, dict[str, bytes]]:
        """Its files by their names, behind the id of the exchange that brought it."""
        if not self._loot.vantage.unpacks_app:
            return "", {}
        answer = await self._http.get(f"{self._client}/package.zip")
        if answer.is_error:  # nothing to download
            return "", {}
        with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
            files = {name: package.read(name) for name in package.namelist()}
        return self._newest(), files

    async def secret(self) -> LootItem | None:
        """The client's secret, if a module holds something that is called so."""
        seen_in, files = await self.unpack()
        for where, text in texts_in(files):
            if where.lower().endswith("secret"):
                return self._loot.add(LootItem("client_secret", text, Leg.OWN, seen_in, where))
        return None
