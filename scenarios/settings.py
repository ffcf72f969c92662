"""The setting of a play: for each channel, the victim's device with and without the thief.

Each setting is an asynchronous context manager that gives the :class:`~scenarios.play.Victim`.
Inside ``attack``, what the victim does can go astray; inside ``control``, it cannot.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import BrowserContext, Page

from attacker.process_watch import ProcessWatch
from attacker.thief import Thief
from attacker.vantage import Leg, Vantage
from reports.records import Handover, Record
from reports.runlog import now
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK
from scenarios.embedded import PROVIDER_HOST, Key
from scenarios.play import Victim
from scenarios.stage.device import Device, DispatchFailedError, python
from scenarios.stage.stage import Stage
from victim import native_app
from victim.user import UserAtBrowser


class Setting:
    """The victim at one client over one channel, signed in at the provider after the first login.

    ``session`` names its browser profile; ``write`` receives what the operating system did.
    """

    def __init__(self, stage: Stage, key: Key, session: str, write: Callable[[Record], None]):
        self._stage = stage
        self._key = key
        self._session = session
        self._write = write
        self._stack = AsyncExitStack()
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._page_beside_squatter: Page | None = None

    async def __aenter__(self) -> "Setting":
        self._context = await self._stage.browser_context("victim-browser", self._session)
        self._stack.push_async_callback(self._context.close)
        self._page = await self._context.new_page()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest login: nobody is in the way."""
        assert self._page is not None
        self._stage.cast.assign(self._session, play)
        async with self._on_channel(play, self._stage.honest_device, self._page, None) as victim:
            yield victim

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief is in place."""
        assert self._page is not None
        self._stage.cast.assign(self._session, play)
        async with AsyncExitStack() as stack:
            page, device = self._page, self._stage.honest_device
            if self._key[0] is LOOPBACK:
                page = await stack.enter_async_context(self._beside_squatter(play))
            elif self._key[0] is CUSTOM_SCHEME:
                device = self._stage.shared_device
                if thief.vantage.sees(Leg.AUTHORIZATION_REQUEST):
                    stack.enter_context(self._process_watch(play, thief))
            else:
                self._stage.intercepted_sessions.add(self._session)
                stack.callback(self._stage.intercepted_sessions.discard, self._session)
            setting = self._on_channel(play, device, page, thief.vantage)
            yield await stack.enter_async_context(setting)

    @asynccontextmanager
    async def _on_channel(
        self, play: str, device: Device, page: Page, vantage: Vantage | None
    ) -> AsyncIterator[Victim]:
        async def hand_over(url: str) -> None:
            app = await device.chosen_for(url)
            self._handover(play, "victim-browser", app.actor, "xdg-open", url, f"chose {app.name}")
            await device.open(url)

        target, door = self._stage.target, self._stage.door
        user = UserAtBrowser(page, target.victim, PROVIDER_HOST, hand_over)
        entry = target.entry(self._key, vantage)
        if self._key[0] is not CUSTOM_SCHEME:
            yield Victim(user, lambda: user.open(entry))
            return

        async def browse(url: str) -> None:
            text = "the default browser"
            self._handover(play, "honest-app", "victim-browser", "xdg-open", url, text)
            await user.open(url)

        async def launch() -> None:
            proxy = self._stage.network.access("honest-app", "device").url
            try:
                await device.launch(python(native_app.__file__, "login", proxy, entry))
            except DispatchFailedError as error:
                # What went wrong in the browser says more than that the app then gave up.
                raise door.failure or error from None

        self._stage.cast.assign("device", play)
        door.open_url, door.failure = browse, None
        try:
            yield Victim(user, launch)
        finally:
            door.open_url = None
            self._stage.cast.assign("device", "")

    @asynccontextmanager
    async def _beside_squatter(self, play: str) -> AsyncIterator[Page]:
        """A browser that resolves localhost itself, signed in like the victim's other one."""
        assert self._context is not None
        session = f"{self._session}.localhost"
        if self._page_beside_squatter is None:
            context = await self._stage.browser_context(
                "victim-browser",
                session,
                resolves_localhost=True,
                signed_in_as=await self._context.storage_state(),
            )
            self._stack.push_async_callback(context.close)
            self._page_beside_squatter = await context.new_page()
        self._stage.cast.assign(session, play)
        self._stage.cast.assign(self._stage.listener.session, play)
        try:
            yield self._page_beside_squatter
        finally:
            self._stage.cast.assign(self._stage.listener.session, "")

    def _process_watch(self, play: str, thief: Thief) -> ProcessWatch:
        loop = asyncio.get_running_loop()

        def seen(program: str, url: str) -> None:
            loop.call_soon_threadsafe(record, program, url)

        def record(program: str, url: str) -> None:
            detail = f"/proc/*/cmdline of {program}"
            medium = "process arguments"
            thief.read_arguments(
                self._handover(play, "honest-app", "malicious-app", medium, url, detail)
            )

        return ProcessWatch(self._stage.directory, seen)

    def _handover(
        self, play: str, source: str, destination: str, medium: str, content: str, detail: str
    ) -> Handover:
        handover = Handover(
            id=self._stage.recorder.next_id(),
            play=play,
            at=now(),
            source=source,
            destination=destination,
            medium=medium,
            content=content,
            detail=detail,
        )
        self._write(handover)
        return handover
