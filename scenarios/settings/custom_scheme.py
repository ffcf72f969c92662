"""A custom URI scheme, with the thief's app on the victim's device."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from attacker.process_watch import ProcessWatch
from attacker.thief import Thief
from attacker.vantage import Leg
from attacker.wiretap import Medium
from reports import actors
from scenarios.hosts import PROVIDER_HOST
from scenarios.play import Victim
from scenarios.settings.setting import BrowserSetting
from scenarios.stage.device import Device, DispatchFailedError, python
from victim import native_app
from victim.user import UserAtBrowser


class CustomSchemeSetting(BrowserSetting):
    """The honest app opens the browser, and the operating system opens an app for the redirect.

    Which app that is depends on the device: the honest one's own, or one shared with the thief.
    """

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """The honest app is the only one."""
        async with self._on(self.stage.honest_device, play) as victim:
            yield victim

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief's app claimed the scheme last, and may watch the process table."""
        async with AsyncExitStack() as stack:
            if thief.vantage.sees(Leg.AUTHORIZATION_REQUEST):
                stack.enter_context(self._process_watch(play, thief))
            yield await stack.enter_async_context(self._on(self.stage.shared_device, play))

    @asynccontextmanager
    async def _on(self, device: Device, play: str) -> AsyncIterator[Victim]:
        door = self.stage.door

        async def hand_over(url: str) -> None:
            app = await device.chosen_for(url)
            self.handover(
                play, actors.VICTIM_BROWSER, app.actor, "xdg-open", url, f"chose {app.name}"
            )
            await device.open(url)

        user = UserAtBrowser(self.page, self.stage.target.people.victim, PROVIDER_HOST, hand_over)

        async def browse(url: str) -> None:
            text = "the default browser"
            self.handover(play, actors.HONEST_APP, actors.VICTIM_BROWSER, "xdg-open", url, text)
            await user.open(url)

        self.stage.cast.assign(self.session, play)
        self.stage.cast.assign("device", play)
        door.open_url, door.failure = browse, None
        try:
            entry = self.stage.target.entry(self.key)
            yield Victim(user, entry, lambda: self._launch_app(device))
        finally:
            door.open_url = None
            self.stage.cast.assign("device", "")

    async def _launch_app(self, device: Device) -> None:
        proxy = self.stage.network.access(actors.HONEST_APP, "device").url
        entry = self.stage.target.entry(self.key)
        try:
            await device.launch(python(native_app.__file__, "login", proxy, entry))
        except DispatchFailedError as error:
            # What went wrong in the browser says more than that the app then gave up.
            raise self.stage.door.failure or error from None

    def _process_watch(self, play: str, thief: Thief) -> ProcessWatch:
        loop = asyncio.get_running_loop()

        def seen(program: str, url: str) -> None:
            loop.call_soon_threadsafe(record, program, url)

        def record(program: str, url: str) -> None:
            detail = f"/proc/*/cmdline of {program}"
            medium = Medium.PROCESS_ARGUMENTS
            thief.overhear(
                self.handover(play, actors.HONEST_APP, actors.MALICIOUS_APP, medium, url, detail)
            )

        return ProcessWatch(self.stage.directory, seen)
