"""The browser of the stage, and its profiles: one for each actor and session.

Most live in one browser and in memory. A profile that somebody else on the device gets at lies on
disk, and has a browser to itself.
"""

import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    StorageState,
    ViewportSize,
    async_playwright,
)

from scenarios.stage.caretaker import Caretaker
from scenarios.stage.cast import ProxyAccess
from scenarios.stage.network import Network
from scenarios.stage.options import StageOptions

USUAL_SIZE = (800, 480)
"""Width and height of a window in CSS pixels: what reports have room for."""


async def launch(
    stack: AsyncExitStack,
    options: StageOptions,
    network: Network,
    caretaker: Caretaker,
) -> Browser:
    """Launch the browser that every actor's profile lives in."""
    # Playwright's driver inherits this process's environment: its temporary files and its own
    # children must be found by the caretaker too.
    os.environ.update(caretaker.environment())
    stack.callback(_forget, caretaker.environment())
    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        # Its own background calls must not leave the machine either; anonymous, they get a 407.
        proxy={"server": network.proxy.server},
        args=_arguments(network),
        **launch_options(options),
    )
    stack.push_async_callback(browser.close)
    return browser


def launch_options(options: StageOptions) -> dict[str, Any]:
    """How every browser of ours is launched."""
    return {
        "executable_path": options.browser.path,
        "headless": not options.headed,
        "slow_mo": options.slow_mo,
        "chromium_sandbox": os.geteuid() != 0,
        "env": dict(os.environ),
        "handle_sigint": False,
    }


def _viewport(size: tuple[int, int]) -> ViewportSize:
    width, height = size
    return {"width": width, "height": height}


def _arguments(network: Network) -> list[str]:
    return [
        f"--ignore-certificate-errors-spki-list={network.authority.pin}",
        # An HTTP proxy carries no UDP: without this, a page leaves the stage by WebRTC.
        # The switch had the longer name in older browsers.
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    ]


def _forget(environment: dict[str, str]) -> None:
    for name in environment:
        os.environ.pop(name, None)


async def new_profile(
    browser: Browser,
    access: ProxyAccess,
    resolves_localhost: int | None,
    signed_in_as: StorageState | Path | None,
    size: tuple[int, int] = USUAL_SIZE,
) -> BrowserContext:
    """A browser profile that speaks under the name of ``access``.

    Given a port, the browser itself resolves ``localhost`` and dials it there, without the proxy,
    which would choose the address for it.
    """
    # Given any loopback name, Playwright no longer takes Chromium's own exceptions for loopback
    # away: then 127.0.0.1 would go past the proxy too. With the port: no other program of this
    # machine is anybody's business.
    bypass = f"<-loopback>,localhost:{resolves_localhost}" if resolves_localhost else ""
    return await browser.new_context(
        proxy={
            "server": access.server,
            "username": access.username,
            "password": access.password,
            "bypass": bypass,
        },
        viewport=_viewport(size),
        storage_state=signed_in_as,
    )


def set_preferences(folder: Path, preferences: Mapping[str, Any]) -> None:
    """Set a profile up as its owner likes it, before the browser first opens it."""
    default = folder / "Default"
    default.mkdir(parents=True)
    (default / "Preferences").write_text(json.dumps(preferences))


async def open_on_disk(
    browser: Browser,
    options: StageOptions,
    network: Network,
    access: ProxyAccess,
    folder: Path,
    extension: Path | None,
) -> BrowserContext:
    """A browser whose profile lies in ``folder``, and stays there when it is closed.

    ``extension`` is the folder of an unpacked extension that its user has installed.
    """
    # Playwright's own download has two browsers, and only this one knows extensions.
    channel = "chromium" if extension and options.browser.path is None else None
    return await browser.browser_type.launch_persistent_context(
        folder,
        channel=channel,
        proxy={
            "server": access.server,
            "username": access.username,
            "password": access.password,
        },
        viewport=_viewport(USUAL_SIZE),
        args=[*_arguments(network), *_with_extension(extension)],
        ignore_default_args=["--disable-extensions"] if extension else None,
        **launch_options(options),
    )


def _with_extension(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    return [f"--disable-extensions-except={folder}", f"--load-extension={folder}"]
