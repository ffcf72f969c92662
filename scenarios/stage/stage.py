"""The stage: proxy, browser, provider, client and attacker come up together, and go together."""

import asyncio
import os
import socket
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
from scenarios.stage.guard import Dialler, ScopeGuard
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

    @property
    def directory(self) -> Path:
        """The private directory: whatever runs on the stage carries its name."""
        return self.authority.directory

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
                # With the port: no other program of this machine is anybody's business.
                "bypass": f"<-loopback>,localhost:{self.target.port}" if resolves_localhost else "",
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
        tls = authority.client_context()
        scope, cast, intercepted = Scope(), Cast(), set[str]()
        recorder = Recorder(cast, scope, write, _learner(vault))
        on_path = OnPath(near=_speaks_in(intercepted), answered=_by_thief)
        guard = ScopeGuard(scope, recorder.refuse)
        proxy = await stack.enter_async_context(
            Proxy(authority, [cast, guard, recorder, on_path, Dialler(scope)])
        )

        sockets = _bind(stack, options)
        target = EmbeddedTarget(sockets.port, vault.learn)
        door = BrowserDoor(caretaker.directory / "browser.socket")
        houses = _Houses(stack, options, scope, authority, proxy, tls)
        async with asyncio.TaskGroup() as coming_up:
            browser = coming_up.create_task(_launch(stack, options, proxy, authority, caretaker))
            devices = coming_up.create_task(
                _devices(stack, options, proxy, door, caretaker, sockets.port)
            )
            coming_up.create_task(houses.open_honest(target, vault, sockets))
            listener = coming_up.create_task(houses.open_thiefs(recorder, sockets))

        honest_device, shared_device = devices.result()
        yield Stage(
            target=target,
            vault=vault,
            cast=cast,
            recorder=recorder,
            proxy=proxy,
            authority=authority,
            browser=browser.result(),
            listener=listener.result(),
            door=door,
            honest_device=honest_device,
            shared_device=shared_device,
            intercepted_sessions=intercepted,
            tls=tls,
        )


@dataclass(frozen=True)
class _Sockets:
    """Where the client listens, and the thief beside it; ``None`` without IPv6."""

    client: socket.socket
    squatter: socket.socket | None

    @property
    def port(self) -> int:
        port: int = self.client.getsockname()[1]
        return port


def _bind(stack: AsyncExitStack, options: StageOptions) -> _Sockets:
    client = bind("127.0.0.1", options.port)
    stack.callback(client.close)
    squatter = bind("::1", client.getsockname()[1]) if options.ipv6 else None
    if squatter is not None:
        stack.callback(squatter.close)
    return _Sockets(client, squatter)


@dataclass(frozen=True)
class _Houses:
    """The servers of the stage, and the names under which the proxy finds them."""

    stack: AsyncExitStack
    options: StageOptions
    scope: Scope
    authority: PrivateAuthority
    proxy: Proxy
    tls: ssl.SSLContext

    async def open_honest(self, target: EmbeddedTarget, vault: Vault, sockets: _Sockets) -> None:
        """Open the identity provider, and the client on loopback, in clear and with TLS."""
        back_channel = await self._client("client", "back-channel")
        endpoints = target.endpoints.values()
        client = self.options.wrap(
            "client", client_app(endpoints, target.configured, back_channel, vault.learn)
        )
        provider = self.options.wrap(
            "identity-provider", identity_provider_app(target.provider, target.strict_provider)
        )
        names = [("localhost", sockets.port), ("127.0.0.1", sockets.port), (CLIENT_HOST, 80)]
        await self._open("client", client, names, sockets.client)
        await self._open("client", client, [(CLIENT_HOST, 443)], secure=True)
        await self._open("identity-provider", provider, [(PROVIDER_HOST, 443)], secure=True)

    async def open_thiefs(self, recorder: Recorder, sockets: _Sockets) -> RecordedListener:
        """Open the thief's server, and its process on ``[::1]`` if there is one."""
        collector = self.options.wrap("thief", collector_app())
        await self._open("thief", collector, [(COLLECTOR_HOST, 80)])
        relay = await self._client("thief", "squatter")
        squatter = squatter_app(relay, f"http://127.0.0.1:{sockets.port}")
        listener = RecordedListener(squatter, recorder, "squatter")
        if sockets.squatter is not None:
            await self.stack.enter_async_context(serve(listener, sockets.squatter))
        return listener

    async def _open(
        self,
        actor: str,
        app: ASGIApp,
        names: list[tuple[str, int]],
        listener: socket.socket | None = None,
        *,
        secure: bool = False,
    ) -> None:
        certificate = self.authority.server_files(names[0][0]) if secure else None
        running = serve(app, listener or bind("127.0.0.1", 0), certificate)
        address = await self.stack.enter_async_context(running)
        for host, port in names:
            self.scope.declare(host, port, Place(actor, address))

    async def _client(self, actor: str, session: str) -> httpx.AsyncClient:
        client = _http_client(self.proxy.access(Speaker(actor, session)), self.tls)
        return await self.stack.enter_async_context(client)


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
        args=[
            f"--ignore-certificate-errors-spki-list={authority.pin}",
            # An HTTP proxy carries no UDP: without this, a page leaves the stage by WebRTC.
            # The switch had the longer name in older browsers.
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ],
    )
    stack.push_async_callback(browser.close)
    return browser


def _forget(environment: dict[str, str]) -> None:
    for name in environment:
        os.environ.pop(name, None)


async def _devices(
    stack: AsyncExitStack,
    options: StageOptions,
    proxy: Proxy,
    door: BrowserDoor,
    caretaker: Caretaker,
    port: int,
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

    devices = device("device", honest), device("shared-device", honest, malicious)
    if options.desktop:
        server = await door.start()
        stack.callback(server.close)
        await asyncio.gather(*(each.install() for each in devices))
    return devices


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
