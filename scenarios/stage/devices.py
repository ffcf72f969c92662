"""The victim's two devices: one as it should be, and one that the thief's app shares."""

import asyncio
from contextlib import AsyncExitStack

from attacker.redirect_handlers import malicious_app
from attacker.redirect_handlers.collector import PATH
from reports import actors
from scenarios.hosts import COLLECTOR_HOST, SCHEME
from scenarios.stage.caretaker import Caretaker
from scenarios.stage.device import App, BrowserDoor, Device, python
from scenarios.stage.network import Network
from scenarios.stage.options import StageOptions
from victim import native_app


async def set_up_devices(
    stack: AsyncExitStack,
    options: StageOptions,
    network: Network,
    door: BrowserDoor,
    caretaker: Caretaker,
    port: int,
) -> tuple[Device, Device]:
    """The victim's device, without and with the thief's app."""
    honest_proxy = network.access(actors.HONEST_APP, "device").url
    thiefs_proxy = network.access(actors.MALICIOUS_APP, "device").url
    back_end = f"http://localhost:{port}/scheme"
    honest = App(
        "Contoso Demo",
        actors.HONEST_APP,
        (SCHEME,),
        python(native_app.__file__, "redirect", honest_proxy, back_end),
    )
    malicious = App(
        "Torch",
        actors.MALICIOUS_APP,
        (SCHEME,),
        python(malicious_app.__file__, thiefs_proxy, f"http://{COLLECTOR_HOST}{PATH}"),
    )

    def device(name: str, *apps: App) -> Device:
        home = caretaker.directory / name
        home.mkdir()
        return Device(home, caretaker.environment(), [door.app, *apps])

    devices = device("device", honest), device("shared-device", honest, malicious)
    if options.desktop:
        server = await door.start()
        stack.callback(server.close)
        await asyncio.gather(*(each.install() for each in devices))
    return devices
