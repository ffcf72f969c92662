"""The stage: proxy, browser, provider, client and attacker come up together, and go together."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from mitmproxy import http
from playwright.async_api import Browser, BrowserContext, StorageState, async_playwright
from starlette.types import ASGIApp

from attacker.redirect_handlers import malicious_app
from attacker.redirect_handlers.collector import PATH, collector_app
from attacker.redirect_handlers.on_path import OnPath
from attacker.redirect_handlers.squatter import squatter_app
from reports.records import Exchange, Record
from reports.secrets import Vault
from scenarios.embedded import (
    CLIENT_HOST,
    COLLECTOR_HOST,
    PROVIDER_HOST,
    SCHEME,
    EmbeddedTarget,
)
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.browser import Browser as InstalledBrowser
from scenarios.stage.caretaker import Caretaker
from scenarios.stage.cast import SPEAKER, Cast, ProxyAccess, Speaker
from scenarios.stage.device import App, BrowserDoor, Device, python
from scenarios.stage.guard import ScopeGuard
from scenarios.stage.listener import RecordedListener
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import ANSWERED_BY, Recorder
from scenarios.stage.scope import Place, Scope
from scenarios.stage.servers import bind, serve
from victim import native_app
from victim.client import client_app
from victim.identity_provider import identity_provider_app

LOOPBACK_PORT = 5218
HTTP_SECONDS = 15.0
"""How long an HTTP client of the stage waits for an answer."""

_VIEWPORT = {"width": 800, "height": 480}


def _as_it_is(_name: str, app: ASGIApp) -> ASGIApp:
    return app


@dataclass(frozen=True)
class StageOptions:
    """How to set the stage. ``port`` 0 takes any free port for the client, for tests.

    ``wrap`` may put a fault around a server (``identity-provider``, ``client``, ``thief``).
    """

    browser: InstalledBrowser
    port: int = LOOPBACK_PORT
    headed: bool = False
    slow_mo: float = 0.0
    ipv6: bool = True
    desktop: bool = True
    wrap: Callable[[str, ASGIApp], ASGIApp] = _as_it_is


@dataclass
class Stage:
    """Everything that a play needs. Made by :func:`set_stage`."""

    target: EmbeddedTarget
    vault: Vault
    cast: Cast
    recorder: Recorder
    proxy: Proxy
    authority: PrivateAuthority
    browser: Browser
    listener: RecordedListener
    door: BrowserDoor
    honest_device: Device
    shared_device: Device
    intercepted_sessions: set[str] = field(default_factory=set)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def http_client(self, actor: str, session: str) -> httpx.AsyncClient:
        """An HTTP client that speaks under this name, and trusts the stage's authority only."""
        return _http_client(self.proxy.access(Speaker(actor, session)), self.tls)

    async def browser_context(
        self,
        actor: str,
        session: str,
        *,
        resolves_localhost: bool = False,
        signed_in_as: StorageState | None = None,
    ) -> BrowserContext:
        """A browser profile that speaks under this name.

        ``resolves_localhost``: the browser itself resolves ``localhost`` and dials it, without the
        proxy, which would choose the address for it.
        """
        access = self.proxy.access(Speaker(actor, session))
        return await self.browser.new_context(
            proxy={
                "server": access.server,
                "username": access.username,
                "password": access.password,
                # Given any loopback name, Playwright no longer takes Chromium's own exceptions
                # for loopback away: then 127.0.0.1 would go past the proxy too.
                "bypass": "<-loopback>,localhost" if resolves_localhost else "",
            },
            viewport={"width": _VIEWPORT["width"], "height": _VIEWPORT["height"]},
            storage_state=signed_in_as,
        )


@asynccontextmanager
async def set_stage(
    options: StageOptions, vault: Vault, write: Callable[[Record], None]
) -> AsyncIterator[Stage]:
    """Bring everything up, and take it down again whatever happens.

    ``write`` receives the records of what crosses the wire. Raises
    :class:`scenarios.stage.servers.PortTakenError`.
    """
    async with AsyncExitStack() as stack:
        caretaker = stack.enter_context(Caretaker())
        authority = PrivateAuthority(caretaker.directory)
        scope, cast = Scope(), Cast()
        recorder = Recorder(cast, scope, write, _learner(vault))
        intercepted: set[str] = set()
        on_path = OnPath(near=_speaks_in(intercepted), answered=_by_thief)
        guard = ScopeGuard(scope, recorder.refuse)
        proxy = await stack.enter_async_context(Proxy(authority, [cast, guard, recorder, on_path]))
        tls = authority.client_context()

        client_socket = bind("127.0.0.1", options.port)
        port = client_socket.getsockname()[1]
        target = EmbeddedTarget(port, vault.learn)
        back_channel = await stack.enter_async_context(
            _http_client(proxy.access(Speaker("client", "back-channel")), tls)
        )
        client = options.wrap(
            "client",
            client_app(target.endpoints.values(), target.configured, back_channel, vault.learn),
        )
        provider = options.wrap(
            "identity-provider", identity_provider_app(target.provider, target.strict_provider)
        )

        async def up(
            actor: str, app: ASGIApp, names: list[tuple[str, int]], tls_name: str = ""
        ) -> None:
            certificate = authority.server_files(tls_name) if tls_name else None
            listener = client_socket if ("localhost", port) in names else bind("127.0.0.1", 0)
            address = await stack.enter_async_context(serve(app, listener, certificate))
            for name, number in names:
                scope.declare(name, number, Place(actor, address))

        await up("client", client, [("localhost", port), ("127.0.0.1", port), (CLIENT_HOST, 80)])
        await up("client", client, [(CLIENT_HOST, 443)], CLIENT_HOST)
        await up("identity-provider", provider, [(PROVIDER_HOST, 443)], PROVIDER_HOST)
        await up("thief", options.wrap("thief", collector_app()), [(COLLECTOR_HOST, 80)])

        relay = await stack.enter_async_context(
            _http_client(proxy.access(Speaker("thief", "squatter")), tls)
        )
        listener = RecordedListener(
            squatter_app(relay, f"http://127.0.0.1:{port}"), recorder, "squatter"
        )
        if options.ipv6:
            await stack.enter_async_context(serve(listener, bind("::1", port)))

        door = BrowserDoor(caretaker.directory / "browser.socket")
        honest, shared = _devices(proxy, door, caretaker, port)
        if options.desktop:
            server = await door.start()
            stack.callback(server.close)
            await asyncio.gather(honest.install(), shared.install())

        yield Stage(
            target=target,
            vault=vault,
            cast=cast,
            recorder=recorder,
            proxy=proxy,
            authority=authority,
            browser=await _launch(stack, options, proxy, authority, caretaker),
            listener=listener,
            door=door,
            honest_device=honest,
            shared_device=shared,
            intercepted_sessions=intercepted,
            tls=tls,
        )


async def _launch(
    stack: AsyncExitStack,
    options: StageOptions,
    proxy: Proxy,
    authority: PrivateAuthority,
    caretaker: Caretaker,
) -> Browser:
    # Playwright's driver inherits this process's environment: its temporary files and its own
    # children must be found by the caretaker too.
    os.environ.update(caretaker.environment())
    stack.callback(_forget, caretaker.environment())
    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        executable_path=options.browser.path,
        headless=not options.headed,
        slow_mo=options.slow_mo,
        chromium_sandbox=os.geteuid() != 0,
        # Its own background calls must not leave the machine either; anonymous, they get a 407.
        proxy={"server": proxy.server},
        env={**os.environ, **caretaker.environment()},
        handle_sigint=False,
        args=[f"--ignore-certificate-errors-spki-list={authority.pin}"],
    )
    stack.push_async_callback(browser.close)
    return browser


def _forget(environment: dict[str, str]) -> None:
    for name in environment:
        os.environ.pop(name, None)


def _devices(
    proxy: Proxy, door: BrowserDoor, caretaker: Caretaker, port: int
) -> tuple[Device, Device]:
    """The victim's device, without and with the thief's app."""
    honest_proxy = proxy.access(Speaker("honest-app", "device")).url
    thiefs_proxy = proxy.access(Speaker("malicious-app", "device")).url
    back_end = f"http://localhost:{port}/scheme"
    honest = App(
        "Contoso Demo",
        "honest-app",
        (SCHEME,),
        python(native_app.__file__, "redirect", honest_proxy, back_end),
    )
    malicious = App(
        "Torch",
        "malicious-app",
        (SCHEME,),
        python(malicious_app.__file__, thiefs_proxy, f"http://{COLLECTOR_HOST}{PATH}"),
    )

    def device(name: str, *apps: App) -> Device:
        home = caretaker.directory / name
        home.mkdir()
        return Device(home, caretaker.environment(), [door.app, *apps])

    return device("device", honest), device("shared-device", honest, malicious)


def _learner(vault: Vault) -> Callable[[Exchange], None]:
    def learn(exchange: Exchange) -> None:
        request, response = exchange.request, exchange.response
        vault.learn_message(request.url, request.headers, request.body)
        if response is not None:
            vault.learn_message("", response.headers, response.body)

    return learn


def _speaks_in(sessions: set[str]) -> Callable[[http.HTTPFlow], bool]:
    def near(flow: http.HTTPFlow) -> bool:
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        return speaker is not None and speaker.session in sessions

    return near


def _by_thief(flow: http.HTTPFlow) -> None:
    flow.metadata[ANSWERED_BY] = "thief"


def _http_client(access: ProxyAccess, tls: ssl.SSLContext) -> httpx.AsyncClient:
    return httpx.AsyncClient(proxy=access.url, verify=tls, timeout=HTTP_SECONDS, trust_env=False)


def private_directory(stage: Stage) -> Path:
    """Where the stage keeps what must not outlive it."""
    return stage.authority.directory
