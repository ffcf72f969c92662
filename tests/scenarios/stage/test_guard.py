"""A page that tries to leave the stage by every road, in real Chromium through the real proxy."""

import asyncio
import base64
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from reports.records import Exchange, Fact, Record
from reports.redaction.secrets import Vault
from scenarios.embedded import Embedded, invent_people
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.stage.browser import Browser
from scenarios.stage.cast import Speaker
from scenarios.stage.options import StageOptions
from scenarios.stage.scope import Place
from scenarios.stage.servers import bind, serve
from scenarios.stage.stage import Stage, set_stage

pytestmark = pytest.mark.stage

DECLARED = "page.test"

# What a page can do to have its browser send something. Each ends when it is settled.
ATTEMPT = """async ([way, urls]) => {
  const after = (thing, ...events) => new Promise(done => {
    for (const event of events) thing.addEventListener(event, () => done(event));
    setTimeout(() => done('timeout'), 3000);
  });
  const put = (tag, attributes) =>
    document.body.appendChild(Object.assign(document.createElement(tag), attributes));
  const frame = () => put('iframe', {name: 'frame' + Math.random()});
  const go = (frame, url) => { frame.src = url; return after(frame, 'load'); };
  const redirect = url => '/to?url=' + encodeURIComponent(url);
  const ways = {
    fetch: url => fetch(url, {mode: 'no-cors'}).catch(() => 0),
    img: url => after(put('img', {src: url}), 'load', 'error'),
    script: url => after(put('script', {src: url}), 'load', 'error'),
    iframe: url => go(frame(), url),
    form: url => {
      const target = frame(), form = put('form', {method: 'post', action: url});
      form.target = target.name;
      form.submit();
      return after(target, 'load');
    },
    'redirected fetch': url => fetch(redirect(url), {mode: 'no-cors'}).catch(() => 0),
    'redirected iframe': url => go(frame(), redirect(url)),
    WebSocket: url => after(new WebSocket(url.replace('http', 'ws')), 'open', 'error'),
    beacon: async url => navigator.sendBeacon(url, 'x'),
  };
  await Promise.all(urls.map(ways[way]));
}"""
WAYS = (
    *("fetch", "img", "script", "iframe", "form", "redirected fetch", "redirected iframe"),
    *("WebSocket", "beacon"),
)
# RTCPeerConnection speaks UDP, which an HTTP proxy cannot carry.
RTC = """async urls => {
  const peer = new RTCPeerConnection({iceServers: [{urls}]});
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise(done => setTimeout(done, 1000));
  peer.close();
}"""


def destinations(port: int, stage: Stage) -> dict[str, str]:
    """URLs out of scope, and the authority that each of them names once Chromium has read it."""
    proxy = stage.network.proxy.server.removeprefix("http://")
    provider = stage.recorder.scope.find(PROVIDER_HOST, 443)
    assert provider is not None
    behind = f"127.0.0.1:{provider.address[1]}"
    return {
        f"http://127.0.0.1:{port}/": f"127.0.0.1:{port}",
        f"http://2130706433:{port}/decimal": f"127.0.0.1:{port}",
        f"http://0x7f.1:{port}/hexadecimal": f"127.0.0.1:{port}",
        f"http://127.0.0.2:{port}/": f"127.0.0.2:{port}",
        f"http://0.0.0.0:{port}/": f"0.0.0.0:{port}",
        f"http://localhost:{port}/": f"localhost:{port}",
        f"http://localhost.:{port}/": f"localhost.:{port}",
        f"http://[::1]:{port}/": f"[::1]:{port}",
        f"http://[::ffff:127.0.0.1]:{port}/": f"[::ffff:7f00:1]:{port}",
        f"https://127.0.0.1:{port}/tls": f"127.0.0.1:{port}",
        "http://169.254.169.254/latest/meta-data/": "169.254.169.254:80",
        "http://metadata.google.internal/": "metadata.google.internal:80",
        "http://undeclared.test/": "undeclared.test:80",
        "https://undeclared.test/": "undeclared.test:443",
        f"http://{PROVIDER_HOST}:{port}/": f"{PROVIDER_HOST}:{port}",
        f"http://{PROVIDER_HOST}/plain": f"{PROVIDER_HOST}:80",
        f"https://{PROVIDER_HOST}:444/": f"{PROVIDER_HOST}:444",
        f"http://{CLIENT_HOST}.:80/": f"{CLIENT_HOST}.:80",
        f"http://{proxy}/the-proxy-itself": proxy,
        f"http://{behind}/the-socket-behind-a-declared-name": behind,
    }


@dataclass
class Canary:
    """Listens where nobody may come; ``visits`` are the addresses at which somebody did."""

    port: int = 0
    visits: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator["Canary"]:
        async def visited(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.visits.append(f"tcp {writer.get_extra_info('sockname')}")
            writer.close()

        canary = self

        class Udp(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                canary.visits.append(f"udp {len(data)} bytes")

        first = await asyncio.start_server(visited, "127.0.0.1", 0)
        self.port = first.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(visited, host, self.port) for host in self._hosts()]
        loop = asyncio.get_running_loop()
        udp, _ = await loop.create_datagram_endpoint(Udp, ("127.0.0.1", self.port))
        try:
            yield self
        finally:
            udp.close()
            for server in (first, *others):
                server.close()

    def _hosts(self) -> list[str]:
        return ["127.0.0.2", "::1"] if socket.has_ipv6 else ["127.0.0.2"]


@dataclass
class Journey:
    """What became of every attempt."""

    expected: dict[str, str]
    canary: Canary
    records: list[Record]
    by_way: dict[str, set[str]] = field(default_factory=dict)
    navigated: dict[str, set[str]] = field(default_factory=dict)
    echoed: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, tuple[int, set[str]]] = field(default_factory=dict)
    in_a_row: int = 0

    @property
    def refused(self) -> set[str]:
        texts = (r.text for r in self.records if isinstance(r, Fact) and r.name == "refused-dial")
        return {text.split(" tried ")[1].removesuffix(", which is out of scope") for text in texts}


def page_app(received: list[dict[str, Any]]) -> Starlette:
    async def page(request: Request) -> Response:
        return HTMLResponse("<!doctype html><title>page</title><body></body>")

    async def redirect(request: Request) -> Response:
        return RedirectResponse(request.query_params["url"], 302)

    async def echo(request: Request) -> Response:
        received.append(dict(request.headers))
        return JSONResponse({})

    return Starlette(routes=[Route("/", page), Route("/to", redirect), Route("/echo", echo)])


def attempts(stage: Stage) -> dict[str, int]:
    """How often each authority was refused so far."""
    found: dict[str, int] = defaultdict(int)
    for attempt, times in stage.recorder.noise.items():
        if " tried " in attempt:
            found[attempt.split(" tried ")[1].removesuffix(", which is out of scope")] += times
    return found


@asynccontextmanager
async def watching(stage: Stage, refused: set[str], wanted: set[str]) -> AsyncIterator[None]:
    """Fill ``refused`` with what is refused meanwhile; waits for the ``wanted``, if need be.

    Chromium itself puts off WebSockets, by seconds, once many of them have failed.
    """
    before = attempts(stage)
    yield
    for _ in range(300 if wanted else 40):
        now = attempts(stage)
        refused |= {name for name in now if now[name] > before[name]}
        if wanted <= refused:
            break
        await asyncio.sleep(0.05)


async def travel(stage: Stage, journey: Journey) -> None:
    context = await stage.browser_context("victim-browser", "p1")
    stage.cast.assign("p1", "p1")
    page = await context.new_page()
    await page.goto(f"http://{DECLARED}/")
    for way in WAYS:
        refused = journey.by_way[way] = set()
        async with watching(stage, refused, set(journey.expected.values())):
            await page.evaluate(ATTEMPT, [way, list(journey.expected)])
    await page.evaluate(RTC, f"stun:127.0.0.1:{journey.canary.port}")
    await page.evaluate("fetch('/echo')")
    await navigate(stage, journey, page)
    await context.close()
    async with stage.network.http_client("thief", "p2") as http:
        await http.get(f"http://{DECLARED}/echo", headers={"Proxy-Authorization": "Basic eC55Og=="})
        for _ in range(12):
            answer = await http.get(f"http://{DECLARED}/")
            journey.in_a_row += answer.status_code == 200


async def navigate(stage: Stage, journey: Journey, page: Page) -> None:
    for url, authority in journey.expected.items():
        refused = journey.navigated[url] = set()
        async with watching(stage, refused, {authority}):
            try:
                await page.goto(url, wait_until="commit")
            except PlaywrightError:
                continue


async def travel_beside_the_proxy(stage: Stage, journey: Journey) -> None:
    """The one browser profile that resolves localhost itself, and so dials without the proxy."""
    context = await stage.browser_context("victim-browser", "p3", resolves_localhost=True)
    page = await context.new_page()
    await page.goto(f"http://{DECLARED}/")
    for way in ("fetch", "img", "iframe", "redirected iframe"):
        await page.evaluate(ATTEMPT, [way, list(journey.expected)])
    await page.evaluate(RTC, f"stun:localhost:{journey.canary.port}")
    await context.close()


class RawConnection:
    """Bytes to the proxy, as no HTTP library would send them."""

    def __init__(self, stage: Stage) -> None:
        self._port = int(stage.network.proxy.server.rpartition(":")[2])
        user = base64.b64encode(f"{Speaker('thief', 'p4').username}:-".encode()).decode()
        self._name = f"Proxy-Authorization: Basic {user}\r\n"
        self._tls = stage.network.tls

    async def ask(self, head: str, *, tunnel: str = "", named: bool = True, sni: str = "") -> int:
        """The status of the answer; 0 when the proxy closed instead. ``tunnel`` opens one first."""
        name = self._name if named else ""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            if tunnel:
                writer.write(f"CONNECT {tunnel} HTTP/1.1\r\nHost: {tunnel}\r\n{name}\r\n".encode())
                status = await _status(reader)
                if status != 200:
                    return status
                if sni:
                    await writer.start_tls(self._tls, server_hostname=sni)
                name = ""
            writer.write(f"{head}{name}\r\n".encode())
            return await _status(reader)
        finally:
            writer.close()


async def _status(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
    return int(head.split()[1])


async def send_raw(stage: Stage, journey: Journey) -> None:
    raw, port = RawConnection(stage), journey.canary.port
    wrong = f"127.0.0.1:{port}"
    provider = {"tunnel": f"{PROVIDER_HOST}:443", "sni": PROVIDER_HOST}
    page = {"tunnel": f"{DECLARED}:80"}
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "another Host than the absolute form names": (
            f"GET http://{DECLARED}/echo HTTP/1.1\r\nHost: {wrong}\r\n",
            {},
        ),
        "a declared Host, but an undeclared absolute form": (
            f"GET http://{wrong}/ HTTP/1.1\r\nHost: {DECLARED}\r\n",
            {},
        ),
        "user information in front of the host": (
            f"GET http://{DECLARED}@{wrong}/ HTTP/1.1\r\nHost: {DECLARED}\r\n",
            {},
        ),
        "origin form": (f"GET / HTTP/1.1\r\nHost: {wrong}\r\n", {}),
        "a tunnel to an undeclared port": ("", {"tunnel": wrong}),
        "another Host inside a tunnel": (f"GET / HTTP/1.1\r\nHost: {wrong}\r\n", page),
        "an absolute form inside a tunnel": (
            f"GET http://{wrong}/ HTTP/1.1\r\nHost: {wrong}\r\n",
            page,
        ),
        "another Host inside a TLS tunnel": (f"GET / HTTP/1.1\r\nHost: {wrong}\r\n", provider),
        "an absolute form inside a TLS tunnel": (
            f"GET http://{wrong}/ HTTP/1.1\r\nHost: {wrong}\r\n",
            provider,
        ),
        "a tunnel inside a tunnel": (f"CONNECT {wrong} HTTP/1.1\r\nHost: {wrong}\r\n", page),
        "no name": (f"GET http://{DECLARED}/ HTTP/1.1\r\nHost: {DECLARED}\r\n", {"named": False}),
        "no name, out of scope": (
            f"GET http://{wrong}/ HTTP/1.1\r\nHost: {wrong}\r\n",
            {"named": False},
        ),
        "no name, tunnel": ("", {"named": False, "tunnel": f"{PROVIDER_HOST}:443"}),
        "no name, tunnel out of scope": ("", {"named": False, "tunnel": wrong}),
    }
    for name, (head, how) in requests.items():
        refused: set[str] = set()
        async with watching(stage, refused, set()):
            try:
                status = await raw.ask(head, **how)
            except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                status = 0
        journey.raw[name] = (status, refused)


async def explore(browser: Browser) -> Journey:
    records: list[Record] = []
    async with (
        set_stage(
            StageOptions(browser, port=0), Vault(), records.append, Embedded(invent_people())
        ) as stage,
        Canary().listen() as canary,
    ):
        journey = Journey(destinations(canary.port, stage), canary, records)
        async with serve(page_app(journey.echoed), bind("127.0.0.1", 0)) as address:
            stage.recorder.scope.declare(DECLARED, 80, Place("page", address))
            await travel(stage, journey)
            await send_raw(stage, journey)
            await travel_beside_the_proxy(stage, journey)
    return journey


@pytest.fixture(scope="module")
def journey(browser: Browser) -> Journey:
    return asyncio.run(explore(browser))


def test_nobody_ever_reached_the_canary(journey: Journey) -> None:
    assert journey.canary.visits == []


def test_the_canary_would_have_noticed() -> None:
    async def visit() -> Canary:
        async with Canary().listen() as canary:
            for host in ("127.0.0.1", "127.0.0.2", "::1"):
                _, writer = await asyncio.open_connection(host, canary.port)
                writer.close()
            with socket.socket(type=socket.SOCK_DGRAM) as udp:
                udp.sendto(b"x", ("127.0.0.1", canary.port))
            await asyncio.sleep(0.1)
        return canary

    assert len(asyncio.run(visit()).visits) == 4


def test_every_navigation_out_of_scope_was_refused(journey: Journey) -> None:
    went = {url for url, refused in journey.navigated.items() if journey.expected[url] in refused}
    assert went == set(journey.expected)


@pytest.mark.parametrize("way", WAYS)
def test_every_destination_was_refused_however_a_page_asked(journey: Journey, way: str) -> None:
    assert journey.by_way[way] >= set(journey.expected.values())


def test_every_refused_destination_is_a_fact_in_the_log(journey: Journey) -> None:
    assert journey.refused >= set(journey.expected.values())


def test_nothing_out_of_scope_was_recorded_as_an_exchange(journey: Journey) -> None:
    exchanges = [record for record in journey.records if isinstance(record, Exchange)]
    assert {exchange.destination for exchange in exchanges} == {"page", "identity-provider"}


def test_the_page_itself_was_reached(journey: Journey) -> None:
    """Otherwise everything above would hold for a proxy that refuses everybody."""
    assert journey.in_a_row == 12
    assert len(journey.echoed) >= 2


def test_no_server_learns_under_which_name_an_actor_speaks(journey: Journey) -> None:
    for headers in journey.echoed:
        assert "proxy-authorization" not in headers
        assert "victim-browser" not in str(headers)


@pytest.mark.parametrize(
    "attempt",
    [
        "a declared Host, but an undeclared absolute form",
        "a tunnel to an undeclared port",
        "origin form",
    ],
)
def test_an_undeclared_authority_is_refused_whatever_stands_beside_it(
    journey: Journey, attempt: str
) -> None:
    status, refused = journey.raw[attempt]
    assert status == 403
    assert refused == {f"127.0.0.1:{journey.canary.port}"}


@pytest.mark.parametrize(
    "attempt",
    ["no name", "no name, out of scope", "no name, tunnel", "no name, tunnel out of scope"],
)
def test_who_gives_no_name_is_asked_for_it(journey: Journey, attempt: str) -> None:
    assert journey.raw[attempt][0] == 407


@pytest.mark.parametrize(
    "attempt",
    [
        "another Host than the absolute form names",
        "another Host inside a tunnel",
        "an absolute form inside a tunnel",
        "another Host inside a TLS tunnel",
        "an absolute form inside a TLS tunnel",
        "a tunnel inside a tunnel",
        "user information in front of the host",
    ],
)
def test_a_host_header_or_a_form_inside_a_tunnel_decides_nothing(
    journey: Journey, attempt: str
) -> None:
    # Answered by the declared server, or refused by the proxy; the canary is checked above.
    assert attempt in journey.raw
    for record in journey.records:
        if isinstance(record, Exchange):
            assert str(journey.canary.port) not in record.request.endpoint
