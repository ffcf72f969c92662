"""A client and its provider, both real, with browsers for whoever wants one, and no network."""

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from starlette.types import ASGIApp

from victim.client import ClientApp, Endpoint, Habits, Provider, bad_habits
from victim.client.signing import SigningKey
from victim.identity_provider import (
    HYBRID,
    Client,
    ClientType,
    IdentityProvider,
    IdentityProviderApp,
    Policy,
    ResponseMode,
    User,
    new_signing_key,
    weaknesses,
)

ISSUER = "https://login.idp.test/demo"
ENTRY = "https://app.contoso.test/login"
PLAINTEXT = "http://app.contoso.test/login"
SCHEME = "com.contoso.demo:/login"
ALICE = User("sub-alice", "alice", "alice's password", "Alice Example", "alice@example.test")
MALLORY = User("sub-mallory", "mallory", "mallory's password", "Mallory", "mallory@example.test")
PROVIDER = Provider(
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/authorize",
    token_endpoint=f"{ISSUER}/token",
    userinfo_endpoint=f"{ISSUER}/userinfo",
    jwks_uri=f"{ISSUER}/jwks",
    pushed_request_endpoint=f"{ISSUER}/par",
)
HABITS = [habit.name for habit in bad_habits()]
SERVER = frozenset(switch.name for switch in fields(Policy))
_FOR_HYBRID_FLOW: dict[str, Any] = {
    "response_types": frozenset({"code", HYBRID}),
    "response_modes": frozenset({ResponseMode.QUERY, ResponseMode.FORM_POST}),
}


class Sent(NamedTuple):
    """A request and its answer; ``known`` is how many secrets had been told before."""

    by: str
    request: httpx.Request
    response: httpx.Response
    known: int


class Contoso:
    """The world of one client. ``learned`` is what client and provider told of their secrets.

    The provider is as weak as the client's habits need it, or as ``policy`` says.
    """

    def __init__(
        self,
        signing_key: RSAKey,
        *habits: str,
        redirect_uri: str = ENTRY,
        native: bool = False,
        secret: str | None = None,
        provider: Provider = PROVIDER,
        policy: Policy | None = None,
    ) -> None:
        on = with_needs(*habits)
        self.entry = PLAINTEXT if redirect_uri.startswith("http:") else ENTRY
        self.learned: list[tuple[str, str]] = []
        self.sent: list[Sent] = []
        self.provider = IdentityProvider(
            issuer=ISSUER,
            policy=policy or Policy(**switched({"plaintext_redirect_accepted", *on & SERVER})),
            users=[ALICE, MALLORY],
            learn=self._learn,
            signing_key=signing_key,
        )
        key = SigningKey()
        secret = None if "secret_dropped" in on else secret
        proves = secret or "client_assertions" in on
        kind = ClientType.CONFIDENTIAL if proves else ClientType.PUBLIC
        more = _FOR_HYBRID_FLOW if "hybrid_flow" in on else {}
        client = Client("contoso", "Contoso", kind, (redirect_uri,), secret, **more)
        if "client_assertions" in on:
            client = replace(client, assertion_key=key.public)
        if "signed_requests" in on:
            client = replace(client, request_object_key=key.public)
        self.provider.register(client)
        self.client = ClientApp(self.browser("client"), self._learn)
        self.endpoint = Endpoint(
            path="/login",
            client_id="contoso",
            redirect_uri=redirect_uri,
            provider=_as_promised(provider, self.provider.policy),
            habits=Habits(**switched(on - SERVER)),
            client_secret=secret,
            native=native,
            partner="https://partner.test",
            key=key,
        )
        self.client.add(self.endpoint)
        self.servers: dict[str, ASGIApp] = {
            "login.idp.test": IdentityProviderApp(self.provider),
            "app.contoso.test": self.client,
        }

    def browser(self, name: str = "browser") -> httpx.AsyncClient:
        async def record(response: httpx.Response) -> None:
            await response.aread()
            self.sent.append(Sent(name, response.request, response, len(self.learned)))

        return httpx.AsyncClient(transport=_ByHost(self), event_hooks={"response": [record]})

    async def sign_in(
        self, browser: httpx.AsyncClient, user: User = ALICE, url: str | None = None
    ) -> str:
        """What a user does, from the client or a page of the provider on; gives the redirect."""
        page = await browser.get(url or self.entry)
        while True:
            if page.is_redirect:
                location = str(page.headers["location"])
                if location.startswith(self.endpoint.redirect_uri):
                    return location
                page = await browser.get(location)
            elif "<form" in page.text:
                action, answer = filled(page, user)
                page = await browser.post(action, data=answer)
            else:
                raise AssertionError(f"the user is stuck: {page.status_code} {page.text}")

    async def log_in(self, browser: httpx.AsyncClient, user: User = ALICE) -> httpx.Response:
        """A whole login; gives the page at its end."""
        return await browser.get(await self.sign_in(browser, user))

    async def who(self, browser: httpx.AsyncClient) -> str | None:
        """Whom the client takes the user of this browser for."""
        answer = await browser.get(f"{self.entry}/me")
        return None if answer.status_code == 401 else str(answer.json()["sub"])

    def _learn(self, kind: str, value: str) -> None:
        self.learned.append((kind, value))

    def asked_by_client(self) -> list[str]:
        """The URLs that the client has asked on its back channel."""
        return [str(sent.request.url) for sent in self.sent if sent.by == "client"]


type Make = Callable[..., Contoso]


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return new_signing_key()


@pytest.fixture
def contoso(signing_key: RSAKey) -> Make:
    """A factory: the world by the habits of its client."""
    return partial(Contoso, signing_key)


def with_needs(*habits: str) -> set[str]:
    """These habits, and the switches of either side that they need."""
    needs = {each.name: each.needs for each in (*bad_habits(), *weaknesses())}
    on = set(habits)
    for habit in habits:
        on |= with_needs(*needs.get(habit, ()))
    return on


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _as_promised(provider: Provider, policy: Policy) -> Provider:
    """The provider as a client must know it, to expect no more of it than it gives."""
    return replace(
        provider,
        names_itself=not policy.iss_missing,
        state_returned=not policy.state_dropped,
        nonce_repeated=not policy.nonce_ignored,
        code_named=not policy.c_hash_missing,
    )


def switched(names: Iterable[str]) -> dict[str, Any]:
    return dict.fromkeys(names, True)


class _ByHost(httpx.AsyncBaseTransport):
    """Looks a server up when it is needed, so that a test may put another in its place."""

    def __init__(self, world: Contoso) -> None:
        self._world = world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        server = self._world.servers[request.url.host]
        return await httpx.ASGITransport(server).handle_async_request(request)


def filled(page: httpx.Response, user: User) -> tuple[str, dict[str, str]]:
    """Where a page of the provider has its form sent, and what a user answers to it."""
    action = re.search(r'action="([^"]+)"', page.text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert action, page.text
    assert token, page.text
    answer = {"csrf_token": token[1]}
    if 'name="password"' in page.text:
        return action[1], answer | {"username": user.username, "password": user.password}
    return action[1], answer | {"decision": "allow"}
