"""The attacker's page shows one of the server's inside it, to a victim who is signed in there."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Page

from attacker.thief import Thief
from attacker.wiretap import Medium
from reports import actors
from scenarios.play import Victim
from scenarios.settings.web_pages import WebPagesSetting
from scenarios.target import InBrowser
from victim.sign_in.live_page import Spot
from victim.sign_in.real_browser import find_yes
from victim.user_by_pages import UserByPages

_WINDOW = (800, 700)


class FramedPagesSetting(WebPagesSetting):
    """Pages in frames, in a browser that leaves it to each site whether it is signed in there.

    Some builds of Chromium, and every private window, keep all cookies from the frames of other
    sites, and then nobody is signed in.
    """

    async def __aenter__(self) -> Self:
        """Set the browser up in that way."""
        self.profile, _ = await self.stage.browser_on_disk(
            actors.VICTIM_BROWSER,
            self.session,
            preferences={"profile": {"cookie_controls_mode": 0}},
        )
        self.stack.push_async_callback(self.profile.close)
        self.stage.cookies_in_frames.sessions.add(self.session)
        self.stack.callback(self.stage.cookies_in_frames.sessions.discard, self.session)
        self.page = self.profile.pages[0]
        if state := self._login.states.get(self.stage.target.people.victim.username):
            await self.profile.add_cookies(json.loads(state.read_text())["cookies"])
        return self

    @property
    def _login(self) -> InBrowser:
        return self.stage.site.login or InBrowser()

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login, on a new page: of a second app that it is sent to, one says nothing."""
        old, self.page = self.page, await self.profile.new_page()
        await old.close()
        async with super().control(play) as victim:
            yield victim

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The victim at its browser; the thief reads what arrives at its own app."""
        async with super().attack(play, thief) as victim:
            with self._at_own_app(play, thief):
                yield victim

    def user(self, page: Page) -> UserByPages:
        """The victim, who finds out by the pages themselves what to do there."""
        victim, hosts = self.stage.target.people.victim, self.stage.site.provider_hosts
        how = self._login
        return UserByPages(page, victim, hosts, how.hints, how.own, self._open_app)

    async def find_yes(self, play: str, app: str, url: str) -> Spot:
        """Where a click allows the attacker's app what it asks: on a page of the own account.

        Looked at once for each app. Raises :class:`victim.user.SignInFailedError`.
        """
        stage, how, attacker = self.stage, self._login, self.stage.target.people.attacker
        if app not in stage.spots:
            stage.cast.assign(play, play)
            context = await stage.browser_context(
                actors.ATTACKER_BROWSER,
                play,
                signed_in_as=how.states.get(attacker.username),
                size=_WINDOW,
            )
            try:
                page, hosts = await context.new_page(), stage.site.provider_hosts
                found = await find_yes(page, url, attacker, hosts, how.hints, own=how.own)
            finally:
                await context.close()
            stage.spots[app] = found
        return stage.spots[app]

    async def _open_app(self, url: str) -> None:
        await self.page.goto(self.opened_by_app(url))

    @contextmanager
    def _at_own_app(self, play: str, thief: Thief) -> Iterator[None]:
        """Where a client of the target file stands for the thief's own, its log does for the app.

        It is no client in this play: nothing that arrives is redeemed by it.
        """
        own = urlsplit(thief.own.redirect_uri)
        if own.hostname not in {place.host for place in self.stage.site.client_places}:
            yield
            return

        def read(line: str) -> None:
            host, _, path, *_ = line.split()
            if (host, urlsplit(path).path) == (own.hostname, own.path):
                source, medium = actors.CLIENT, Medium.ACCESS_LOG
                thief.overhear(
                    self.handover(play, source, actors.THIEF, medium, line, "reached its own app")
                )

        with self.reading(read):
            yield
