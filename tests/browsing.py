"""A real browser that finds the servers of a :class:`tests.world.World`, and nothing else."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.browser import Browser as Installed
from scenarios.stage.servers import bind, serve
from tests.world import World


@asynccontextmanager
async def browsing(world: World, installed: Installed, folder: Path) -> AsyncIterator[Browser]:
    """Chromium, with the provider in TLS and the client in TLS and in clear, on loopback.

    A name that the world has no server for does not resolve.
    """
    authority = PrivateAuthority(folder)
    rules = []
    async with AsyncExitStack() as stack:
        for host, port in ((PROVIDER_HOST, 443), (CLIENT_HOST, 443), (CLIENT_HOST, 80)):
            if host in world.servers:
                tls = authority.server_files(host) if port == 443 else None
                server = serve(world.servers[host], bind("127.0.0.1", 0), tls)
                _, number = await stack.enter_async_context(server)
                rules.append(f"MAP {host}:{port} 127.0.0.1:{number}")
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=installed.path,
            chromium_sandbox=os.geteuid() != 0,
            args=[
                f"--ignore-certificate-errors-spki-list={authority.pin}",
                f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND'])}",
            ],
        )
        stack.push_async_callback(browser.close)
        yield browser
