"""Leaked access logs, and a victim who needs no browser with a window."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from attacker.injector import Cookie
from attacker.thief import Thief
from attacker.vantage import Leg
from attacker.wiretap import Medium
from reports import actors
from scenarios.hosts import OTHER_SERVER, SHORT_SCHEME
from scenarios.play import AttackersBrowser, Victim
from scenarios.settings.attacker_over_http import AttackerOverHttp
from scenarios.settings.first_login import cookies_of
from scenarios.settings.setting import Setting
from scenarios.settings.window import Window
from scenarios.stage.http_browser import HttpBrowser, Page
from victim.identity_provider import User
from victim.user_over_http import UserOverHttp


class AccessLogSetting(Setting):
    """During an attack the thief reads what the fronts of client and provider log of the victim.

    A thief of another vantage reads other logs here, or stands on the victim's way.
    """

    browser: HttpBrowser

    async def __aenter__(self) -> Self:
        http = self.stage.network.lasting_client(actors.VICTIM_BROWSER, self._profile)
        self.browser = HttpBrowser(http)
        self.browser.passed_on = self.opened_by_app
        if self.stage.site.login:
            http.cookies = await self._signed_in(self.stage.target.people.victim)
        return self

    async def _signed_in(self, account: User) -> httpx.Cookies:
        assert self.stage.site.login is not None  # or nobody would ask
        return await cookies_of(self.stage, self.key, account, self.stage.site.login)

    @property
    def _profile(self) -> str:
        """The session of the victim's browser: a new profile for each group, the same program."""
        return f"victim.{self.key.channel.id}"

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login: nobody reads along, and the client is up."""
        self.stage.cast.assign(self._profile, play)
        victim = self._victim()
        # Whom the provider keeps has not signed in, and its page says why.
        victim.start = partial(victim.user.open, victim.client)
        yield victim

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief reads every line that the victim's requests leave behind."""
        self.stage.cast.assign(self._profile, play)
        with ExitStack() as stack, self._same_profile_afterwards():
            for place in self._places(play, thief):
                stack.enter_context(place)
            victim = self._victim()
            victim.toss = partial(self._toss, play)
            victim.send = lambda form: self.browser.submit(form, {})
            victim.paste = lambda form: self.browser.open(f"{form}{quote(self.browser.page.url)}")
            yield victim

    def _places(self, play: str, thief: Thief) -> Iterator[Any]:
        """Where this thief sits, by what its vantage lets it see."""
        stage, session, sees = self.stage, self._profile, thief.vantage.sees

        def reads(source: str, medium: Medium) -> Callable[[str], None]:
            return lambda text: thief.overhear(
                self.handover(play, source, actors.THIEF, medium, text, "leaked")
            )

        yield _entry(stage.neighbour.addresses, session, thief.addresses)
        if thief.vantage.at_own_address:
            yield self._beside_app(reads(actors.VICTIM_BROWSER, Medium.APP_LINK))
        reads_logs = not thief.vantage.at_own_address
        if reads_logs and (sees(Leg.AUTHORIZATION_RESPONSE) or sees(Leg.AUTHORIZATION_REQUEST)):
            yield _entry(stage.front.readers, session, reads(actors.CLIENT, Medium.ACCESS_LOG))
        if reads_logs and sees(Leg.AUTHORIZATION_RESPONSE):
            yield _member(stage.front.down, session)
        if sees(Leg.FRAGMENT):
            yield self._told_of_visits(reads(actors.VICTIM_BROWSER, Medium.BROWSER_HISTORY))
        if sees(Leg.TOKEN_REQUEST):
            reader = reads(actors.CLIENT, Medium.TOKEN_REQUEST_LOG)
            yield _entry(stage.back_channel.requests, play, reader)
            yield _entry(stage.back_channel.held, play, thief.lets_pass)
        if sees(Leg.TOKEN_RESPONSE):
            reader = reads(actors.CLIENT, Medium.TOKEN_RESPONSE_LOG)
            yield _entry(stage.back_channel.responses, play, reader)
        if thief.vantage.alters_request:
            yield _entry(stage.meddler.changes, session, thief.alter)
        if thief.vantage.runs_server:
            redirect_uri = stage.target.endpoint(self.key).redirect_uri
            yield _entry(stage.own_server.sends_on, redirect_uri, thief.send_on)

    @asynccontextmanager
    async def attackers_browser(self, play: str) -> AsyncIterator[AttackersBrowser]:
        """A profile that knows nothing; it speaks under the name of the play."""
        session = f"attacker.{self.key.channel.id}"
        self.stage.cast.assign(session, play)
        browser = HttpBrowser(self.stage.network.lasting_client(actors.ATTACKER_BROWSER, session))
        browser.passed_on = self.opened_by_app
        attacker, hosts = self.stage.target.people.attacker, self.stage.site.provider_hosts
        if self.stage.site.login and attacker.username:
            browser.http.cookies = await self._signed_in(attacker)
        window = self._window(actors.ATTACKER_BROWSER, session, browser, attacker)
        user = UserOverHttp(browser, attacker, hosts, window)
        yield AttackerOverHttp(browser, user, attacker, hosts)

    @contextmanager
    def _told_of_visits(self, reader: Callable[[str], None]) -> Iterator[None]:
        """A browser whose history somebody else reads."""
        self.browser.visited = reader
        try:
            yield
        finally:
            self.browser.visited = lambda url: None

    @contextmanager
    def _beside_app(self, reader: Callable[[str], None]) -> Iterator[None]:
        """A browser on a device where an app of the thief's claims a scheme that anybody may."""

        def open_app(url: str) -> str:
            if urlsplit(url).scheme != SHORT_SCHEME:
                return self.opened_by_app(url)
            reader(url)
            return ""

        self.browser.passed_on = open_app
        try:
            yield
        finally:
            self.browser.passed_on = self.opened_by_app

    @contextmanager
    def _same_profile_afterwards(self) -> Iterator[None]:
        """What an attack does to a profile that it had the victim start is gone with that.

        In the usual one the victim stays signed in, by whatever cookies the servers have set last.
        """
        usual = self.browser.http.cookies
        try:
            yield
        finally:
            self.browser.http.cookies = usual

    def _victim(self) -> Victim:
        hosts = self.stage.site.provider_hosts
        account = self.stage.target.people.victim
        window = self._window(actors.VICTIM_BROWSER, self._profile, self.browser, account)
        user = UserOverHttp(self.browser, account, hosts, window)
        entry = self.stage.target.entry(self.key)
        start = partial(user.follow, entry)
        return Victim(user, entry, start, self._reload, OTHER_SERVER, self._begin)

    def _window(
        self, actor: str, session: str, browser: HttpBrowser, account: User
    ) -> Window | None:
        """What pages go to that need a script, at a server that wants a real browser."""
        how = self.stage.site.login
        return Window(self.stage, actor, session, browser, account, how) if how else None

    async def _reload(self) -> Page:
        self.stage.front.down.discard(self._profile)
        return await self.browser.open(self.browser.page.url)

    def _toss(self, play: str, cookie: Cookie) -> None:
        content = f"{cookie.name}={cookie.value}"
        source, target = actors.THIEF, actors.VICTIM_BROWSER
        self.handover(play, source, target, "cookie", content, "set by a neighbouring host")
        self.browser.forget()
        self.browser.take_from_neighbour(cookie.url, cookie.name, cookie.value, cookie.path)

    async def _begin(self) -> Page:
        # Whoever is signed in at the provider may come back from there without a question.
        self.browser.forget()
        return await self.browser.open(self.stage.target.entry(self.key))


@contextmanager
def _entry[K, V](mapping: dict[K, V], key: K, value: V) -> Iterator[None]:
    mapping[key] = value
    try:
        yield
    finally:
        mapping.pop(key, None)


@contextmanager
def _member[K](members: set[K], key: K) -> Iterator[None]:
    members.add(key)
    try:
        yield
    finally:
        members.discard(key)
