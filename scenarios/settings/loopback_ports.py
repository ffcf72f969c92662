"""A native app that waits at a port of 127.0.0.1, and another process that may listen there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Self

import httpx

from attacker.thief import Thief
from attacker.wiretap import Medium
from reports import actors
from scenarios.play import Victim
from scenarios.settings.access_log import AccessLogSetting
from scenarios.stage.device import DispatchFailedError, python
from scenarios.stage.servers import bind
from victim import native_app
from victim.client import waiting_place

type Look = Callable[[int], Awaitable[None]]

_PATIENCE_SECONDS = 20.0


class LoopbackPortsSetting(AccessLogSetting):
    """The honest app is started for each login, and listens itself.

    The victim's browser reaches loopback without the proxy, as browsers do: the operating system
    alone decides who is given the connection.
    """

    _usual_port: int
    _stolen = False

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        own_device = httpx.AsyncClient(trust_env=False)
        self.browser.loopback = await self.stack.enter_async_context(own_device)
        with bind("127.0.0.1", 0) as free:
            self._usual_port = free.getsockname()[1]
        return self

    @asynccontextmanager
    async def control(self, play: str) -> AsyncIterator[Victim]:
        """Nobody else listens."""
        async with super().control(play) as victim:
            victim.start = partial(self._log_in, play, _nobody_looks)
            yield victim

    @asynccontextmanager
    async def attack(self, play: str, thief: Thief) -> AsyncIterator[Victim]:
        """The thief's process is on the device, and looks whenever the app waits."""

        def caught(url: str) -> None:
            source, app, medium = actors.VICTIM_BROWSER, actors.MALICIOUS_APP, Medium.LOOPBACK_PORT
            thief.overhear(self.handover(play, source, app, medium, url, "it listens there"))
            self._stolen = True

        thief.process.caught = caught
        try:
            async with super().attack(play, thief) as victim:
                victim.start = partial(self._log_in, play, thief.process.look_at)
                yield victim
        finally:
            thief.process.close()

    async def _log_in(self, play: str, look: Look) -> None:
        """Start the app, open what it wants opened, and let it finish."""
        self._stolen = False
        app = await self._start_app(play)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                assert app.stdout is not None  # it is a pipe
                request = (await app.stdout.readline()).decode().strip()
                if not request:
                    raise DispatchFailedError("the app began no login")
                await look(app.pid)
                await self._victim().user.open(request)
                if not self._stolen:  # or it waits in vain
                    await app.wait()
        finally:
            with suppress(ProcessLookupError):
                app.kill()
            await app.communicate()  # so that its pipes are closed, too

    async def _start_app(self, play: str) -> asyncio.subprocess.Process:
        session = f"app.{self.key.channel.id}"
        self.stage.cast.assign(session, play)
        proxy = self.stage.network.access(actors.HONEST_APP, session).url
        place = waiting_place(self.key.posture.habits, self._usual_port)
        back_end = self.stage.target.entry(self.key)
        command = python(native_app.__file__, "wait", proxy, back_end, *place)
        return await self.stage.honest_device.start(command)


async def _nobody_looks(process: int) -> None:
    """An honest login."""
