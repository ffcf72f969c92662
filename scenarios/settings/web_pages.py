"""Pages in the victim's browser: the client's own, with things of others on them, and others'."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attacker.thief import Thief
from reports import actors
from scenarios.hosts import PROVIDER_HOST
from scenarios.play import AttackersBrowser, Victim
from scenarios.settings.access_log import AttackerOverHttp
from scenarios.settings.setting import BrowserSetting
from scenarios.stage.http_browser import HttpBrowser
from victim.user_over_http import UserOverHttp


class WebPagesSetting(BrowserSetting):
    """The thief has a web site, and sits nowhere else: whatever reaches it, a page has sent."""

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The victim, at the browser of the honest logins."""
        self.stage.cast.assign(self.session, play)
        yield self.victim(self.page, thief.vantage)

    @asynccontextmanager
    async def attackers_browser(self, play: str) -> AsyncIterator[AttackersBrowser]:
        """Only the victim's needs a window: what the attacker does takes none."""
        self.stage.cast.assign(play, play)
        async with self.stage.network.http_client(actors.ATTACKER_BROWSER, play) as http:
            browser = HttpBrowser(http)
            attacker = self.stage.target.people.attacker
            yield AttackerOverHttp(
                browser, UserOverHttp(browser, attacker, PROVIDER_HOST), attacker
            )
