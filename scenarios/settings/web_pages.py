"""Pages in the victim's browser: the client's own, with things of others on them, and others'."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from attacker.thief import Thief
from attacker.vantage import Leg
from attacker.wiretap import Medium
from reports import actors
from scenarios.play import AttackersBrowser, Victim
from scenarios.settings.attacker_over_http import AttackerOverHttp
from scenarios.settings.setting import BrowserSetting
from scenarios.stage.http_browser import HttpBrowser
from victim.user_over_http import UserOverHttp


class WebPagesSetting(BrowserSetting):
    """The thief has a web site, and sits nowhere else: whatever reaches it, a page has sent.

    A thief who is after what pages tell the next server reads the log of the client's.
    """

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The victim, at the browser of the honest logins."""
        self.stage.cast.assign(self.session, play)
        with self._read_log(play, thief):
            victim = self.victim(self.page, thief.vantage)
            yield replace(victim, click=partial(self._click, play, victim.click))

    @asynccontextmanager
    async def attackers_browser(self, play: str) -> AsyncIterator[AttackersBrowser]:
        """Only the victim's needs a window: what the attacker does takes none."""
        self.stage.cast.assign(play, play)
        async with self.stage.network.http_client(actors.ATTACKER_BROWSER, play) as http:
            browser = HttpBrowser(http)
            attacker, hosts = self.stage.target.people.attacker, self.stage.site.provider_hosts
            yield AttackerOverHttp(browser, UserOverHttp(browser, attacker, hosts), attacker, hosts)

    async def _click(
        self, play: str, click: Callable[..., Awaitable[Any]], url: str, script: str = ""
    ) -> None:
        if script:
            source, destination = actors.THIEF, actors.VICTIM_BROWSER
            self.handover(play, source, destination, "script", script, f"has got into {url}")
        await click(url, script)

    @contextmanager
    def _read_log(self, play: str, thief: Thief) -> Iterator[None]:
        """Every line reaches the thief as it is written."""

        def read(line: str) -> None:
            source, medium = actors.CLIENT, Medium.ACCESS_LOG
            thief.overhear(self.handover(play, source, actors.THIEF, medium, line, "leaked"))

        if not thief.vantage.sees(Leg.REFERRER):
            yield
            return
        with self.reading(read):
            yield

    @contextmanager
    def reading(self, reader: Callable[[str], None]) -> Iterator[None]:
        """Somebody reads the log of this browser's requests; the client is down, as with others."""
        front = self.stage.front
        front.readers[self.session] = reader
        front.down.add(self.session)
        try:
            yield
        finally:
            front.down.discard(self.session)
            front.readers.pop(self.session)
