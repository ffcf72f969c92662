"""A small world without a network: the real provider and the real client, wired to httpx.

Everybody's HTTP client reaches the declared hosts and nothing else, and each exchange is told, as
the recorder of the stage tells it.
"""

import re
from collections.abc import Callable, Iterable
from itertools import count

import httpx
from starlette.types import ASGIApp

from reports.records import Exchange, HttpRequest, HttpResponse
from scenarios.embedded import EmbeddedTarget, invent_people
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST
from scenarios.target import Key
from victim.client import ClientApp
from victim.identity_provider import User

Hear = Callable[[Exchange], None]


class World:
    """The embedded target of the demo. ``exchanges`` is everything that anybody sent.

    ``more`` adds servers by host name. ``learned`` is what client and provider said about secrets;
    each exchange remembers in ``known`` how much of it was said before.
    """

    def __init__(self, more: dict[str, ASGIApp] | None = None) -> None:
        self.learned: list[tuple[str, str]] = []
        self.exchanges: list[Exchange] = []
        self.known: dict[str, int] = {}
        self._numbers = count(1)
        self.servers: dict[str, ASGIApp] = {}
        self.back_channel = self.http("client")
        client = ClientApp(self.back_channel, self._learn)
        self.target = EmbeddedTarget(5218, invent_people(), self._learn, client)
        self.servers |= {PROVIDER_HOST: self.target.provider} | (more or {})
        for name in ("localhost", "127.0.0.1", CLIENT_HOST):
            self.servers.setdefault(name, client)

    def _learn(self, kind: str, value: str) -> None:
        self.learned.append((kind, value))

    def http(self, actor: str, hear: Hear = lambda exchange: None) -> httpx.AsyncClient:
        """An HTTP client that speaks as ``actor``; ``hear`` is told its exchanges."""

        async def record(response: httpx.Response) -> None:
            await response.aread()
            exchange = self.exchange(actor, response.request, response)
            self.exchanges.append(exchange)
            hear(exchange)

        return httpx.AsyncClient(
            transport=httpx.MockTransport(self._nowhere),
            mounts={f"all://{host}": _Late(self.servers, host) for host in _HOSTS},
            event_hooks={"response": [record]},
        )

    def exchange(self, actor: str, request: httpx.Request, response: httpx.Response) -> Exchange:
        identity = f"e{next(self._numbers)}"
        self.known[identity] = len(self.learned)
        return Exchange(
            id=identity,
            play="p1",
            at="",
            seconds=0.0,
            source=actor,
            destination="",
            seen_by="proxy",
            request=HttpRequest(
                request.method,
                str(request.url),
                tuple(request.headers.items()),
                request.content.decode(),
            ),
            response=HttpResponse(
                response.status_code, tuple(response.headers.multi_items()), response.text
            ),
        )

    async def sign_in(self, browser: httpx.AsyncClient, url: str) -> str:
        """What the user does, from a page of the client to the redirect of the provider.

        Gives the redirect; nobody has followed it.
        """
        page = await browser.get(url)
        while page.is_redirect or _form(page):
            if page.is_redirect:
                location = page.headers["location"]
                if "code=" in location or "error=" in location:
                    return str(location)
                page = await browser.get(location)
            else:
                action, answer = _filled(page, self.target.people.victim)
                page = await browser.post(action, data=answer)
        raise AssertionError(f"the user is stuck: {page.status_code} {page.text}")

    def entry(self, key: Key) -> str:
        return self.target.entry(key)

    @staticmethod
    def _nowhere(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.url.host} is out of scope")


_HOSTS = (PROVIDER_HOST, CLIENT_HOST, "localhost", "127.0.0.1", "variant.test")


class _Late(httpx.AsyncBaseTransport):
    """Looks its server up when it is needed, so that a test may put another in its place."""

    def __init__(self, servers: dict[str, ASGIApp], host: str) -> None:
        self._servers = servers
        self._host = host

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        transport = httpx.ASGITransport(self._servers[self._host])
        return await transport.handle_async_request(request)


def values(items: Iterable[tuple[str, str]], kind: str) -> list[str]:
    return [value for name, value in items if name == kind]


def _form(page: httpx.Response) -> bool:
    return "<form" in page.text


def _filled(page: httpx.Response, user: User) -> tuple[str, dict[str, str]]:
    action = re.search(r'action="([^"]+)"', page.text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert action, page.text
    assert token, page.text
    answer = {"csrf_token": token[1]}
    if 'name="password"' in page.text:
        return action[1], answer | {"username": user.username, "password": user.password}
    return action[1], answer | {"decision": "allow"}
