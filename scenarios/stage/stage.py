"""The stage: proxy, browser, provider, client and attacker come up together, and go together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from mitmproxy import http
from playwright.async_api import Browser, BrowserContext, StorageState

from attacker.own_server import OwnServer
from attacker.redirect_handlers.on_path import OnPath
from reports import actors
from reports.records import Exchange, Record
from reports.redaction.secrets import Vault
from scenarios.stage.arrivals import Arrivals
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.back_channel import LeakyBackChannel
from scenarios.stage.bounds import Bounds
from scenarios.stage.caretaker import Caretaker
from scenarios.stage.cast import SPEAKER, Cast, Speaker
from scenarios.stage.chromium import (
    USUAL_SIZE,
    launch,
    new_profile,
    open_on_disk,
    set_preferences,
)
from scenarios.stage.cookies_in_frames import CookiesInFrames
from scenarios.stage.courtesy import Courtesy
from scenarios.stage.device import BrowserDoor, Device
from scenarios.stage.devices import set_up_devices
from scenarios.stage.front import LeakyFront
from scenarios.stage.guard import Dialler, ScopeGuard
from scenarios.stage.houses import Houses, bind_sockets
from scenarios.stage.listener import RecordedListener
from scenarios.stage.meddler import Meddler
from scenarios.stage.neighbour import Neighbour
from scenarios.stage.network import Network
from scenarios.stage.options import StageOptions
from scenarios.stage.proxy import Proxy
from scenarios.stage.recorder import ANSWERED_BY, Recorder
from scenarios.stage.scope import Scope
from scenarios.stage.servers import Servers
from scenarios.target import Site, Target
from victim.sign_in.live_page import Spot


@dataclass(frozen=True)
class Stage:
    """Everything that a play needs. Made by :func:`set_stage`.

    ``intercepted_sessions`` are the browser sessions whose plaintext redirects the thief answers,
    ``at_provider_only`` those that reach the identity provider, and nobody else.
    ``signed_in`` has the cookies of whoever has signed in at a real server, by user name, and
    ``spots`` where on a page of a server's a click allows an app what it asks, by the app's name.
    """

    options: StageOptions
    site: Site
    target: Target
    port: int
    vault: Vault
    cast: Cast
    recorder: Recorder
    network: Network
    browser: Browser | None
    listener: RecordedListener
    door: BrowserDoor
    honest_device: Device
    shared_device: Device
    intercepted_sessions: set[str]
    front: LeakyFront
    back_channel: LeakyBackChannel
    arrivals: Arrivals
    meddler: Meddler
    own_server: OwnServer
    neighbour: Neighbour
    courtesy: Courtesy
    at_provider_only: set[str]
    cookies_in_frames: CookiesInFrames
    signed_in: dict[str, httpx.Cookies] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """The private directory: whatever runs on the stage carries its name."""
        return self.network.authority.directory

    async def browser_context(
        self,
        actor: str,
        session: str,
        *,
        resolves_localhost: bool = False,
        signed_in_as: StorageState | Path | None = None,
        size: tuple[int, int] = USUAL_SIZE,
    ) -> BrowserContext:
        """A browser profile that speaks under this name; see :func:`chromium.new_profile`."""
        assert self.browser is not None  # whoever plans a play with a window has one opened
        access = self.network.access(actor, session)
        port = self.port if resolves_localhost else None
        return await new_profile(self.browser, access, port, signed_in_as, size)

    async def browser_on_disk(
        self,
        actor: str,
        session: str,
        extension: Path | None = None,
        preferences: Mapping[str, Any] | None = None,
    ) -> tuple[BrowserContext, Path]:
        """A browser of its own, and where its profile lies; see :func:`chromium.open_on_disk`."""
        assert self.browser is not None  # as above: it is asked to launch another
        access, folder = self.network.access(actor, session), self.directory / "profiles" / session
        set_preferences(folder, preferences or {})
        context = await open_on_disk(
            self.browser, self.options, self.network, access, folder, extension
        )
        return context, folder


@asynccontextmanager
async def set_stage(
    options: StageOptions, vault: Vault, write: Callable[[Record], None], site: Site
) -> AsyncIterator[Stage]:
    """Bring everything up, and take it down again whatever happens.

    ``write`` receives the records of what crosses the wire, ``site`` is what is under test. Raises
    :class:`scenarios.stage.servers.PortTakenError`.
    """
    async with AsyncExitStack() as stack:
        caretaker = stack.enter_context(Caretaker())
        authority = PrivateAuthority(caretaker.directory)
        scope, cast, intercepted = Scope(), Cast(), set[str]()
        recorder = Recorder(cast, scope, write, learner(vault))
        on_path = OnPath(near=_speaks_in(intercepted), answered=_by_thief)
        client_hosts = {place.host for place in site.client_places}
        front = LeakyFront(client_hosts, site.remote)
        meddler = Meddler(site.is_authorization_endpoint)
        back_channel = LeakyBackChannel(recorder.play_behind, site.is_token_endpoint)
        arrivals, neighbour = Arrivals(), Neighbour(client_hosts, site.remote)
        cookies_in_frames = CookiesInFrames()
        guard = ScopeGuard(scope, recorder.refuse)
        courtesy = Courtesy(
            site.remote, site.limits, site.is_token_endpoint, recorder.stopped, site.hear
        )
        proxy = await stack.enter_async_context(
            Proxy(
                authority,
                [
                    *([Bounds()] if site.remote else []),
                    *(cast, guard, recorder, on_path, meddler, neighbour, front, back_channel),
                    cookies_in_frames,
                    *([courtesy] if site.remote else []),
                    Dialler(scope),
                ],
                authority.with_public(site.trusted) if site.remote else None,
            )
        )
        network = Network(proxy, authority, authority.client_context())
        stack.push_async_callback(network.aclose)
        sockets = bind_sockets(stack, options)
        http = network.http_client(actors.CLIENT, "back-channel")
        target = site.build(sockets.port, vault.learn, await stack.enter_async_context(http))
        door = BrowserDoor(caretaker.directory / "browser.socket")
        servers = await stack.enter_async_context(Servers())
        own_server = OwnServer()
        houses = Houses(stack, servers, options, scope, network, own_server)
        # Beside each other, because the browser and the devices take longest and need nobody.
        async with asyncio.TaskGroup() as coming_up:
            browser = coming_up.create_task(_window(stack, options, network, caretaker))
            devices = coming_up.create_task(
                set_up_devices(stack, options, network, door, caretaker, sockets.port)
            )
            listener = coming_up.create_task(houses.open_thiefs(site, recorder, sockets))
            coming_up.create_task(houses.open_honest(site, target, sockets, arrivals))
        honest_device, shared_device = devices.result()
        yield Stage(
            options=options,
            site=site,
            target=target,
            port=sockets.port,
            vault=vault,
            cast=cast,
            recorder=recorder,
            network=network,
            browser=browser.result(),
            listener=listener.result(),
            door=door,
            honest_device=honest_device,
            shared_device=shared_device,
            intercepted_sessions=intercepted,
            front=front,
            back_channel=back_channel,
            arrivals=arrivals,
            meddler=meddler,
            own_server=own_server,
            neighbour=neighbour,
            courtesy=courtesy,
            at_provider_only=guard.at_provider_only,
            cookies_in_frames=cookies_in_frames,
        )


async def _window(
    stack: AsyncExitStack, options: StageOptions, network: Network, caretaker: Caretaker
) -> Browser | None:
    return await launch(stack, options, network, caretaker) if options.window else None


def learner(vault: Vault) -> Callable[[Exchange], None]:
    """What teaches a vault the secrets of each exchange."""

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
    flow.metadata[ANSWERED_BY] = actors.THIEF
