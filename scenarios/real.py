"""A real server under test, and the honest client as it is registered there.

The client's redirect URIs lead into the stage: the proxy answers at their hosts with a client of
ours, so the application itself is not needed. The server is dialled as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from attacker.own_client import OwnClient
from attacker.thief import Thief
from attacker.vantage import Vantage
from reports.records import PostureInfo
from reports.records import Target as TargetInfo
from scenarios.hosts import CLIENT_HOST
from scenarios.model.consent import Unasked
from scenarios.postures import Posture
from scenarios.real_server import RealServer, RegisteredClient, Subjects
from scenarios.registry import Scenario
from scenarios.stage.courtesy import Issued, Limits
from scenarios.stage.scope import Authority
from scenarios.target import ClientPlace, InBrowser, Key, Learn, People
from victim.client import ClientApp, Endpoint
from victim.identity_provider import ClientType
from victim.resource_server import Introspection, ResourceServer
from victim.sign_in.addresses import is_of_web

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class RealSite:
    """The server, its clients and the accounts there, before the stage is set.

    ``subjects`` says, by the name of a client, what an honest login has shown; ``unasked`` are the
    clients that are given refresh tokens whatever they ask for. ``issued`` collects the tokens that
    the server has given out.
    """

    server: RealServer
    clients: tuple[RegisteredClient, ...]
    people: People
    declared_in: str = ""
    trusted: Path | None = None
    subjects: Mapping[str, Subjects] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()
    login: InBrowser | None = None
    introspection: Introspection | None = None
    limits: Limits = field(default_factory=Limits)
    terms: Mapping[str, str] = field(default_factory=dict)
    issued: list[Issued] = field(default_factory=list, repr=False, compare=False)

    @property
    def provider_hosts(self) -> frozenset[str]:
        """The hosts of the provider, as URLs name them."""
        usual = _PORTS.values()
        return frozenset(
            each.host if each.port in usual else str(each) for each in self.server.hosts
        )

    @property
    def remote(self) -> tuple[Authority, ...]:
        """What may be dialled as it is named."""
        return self.server.hosts

    @property
    def client_places(self) -> tuple[ClientPlace, ...]:
        """The hosts of all redirect URIs, and one for clients whose redirects go to an app."""
        places = [place for each in self.clients for place in _places(each.redirect_uri)]
        return tuple(dict.fromkeys([*places, ClientPlace(CLIENT_HOST, 443, True)]))

    def other_than(self, client: RegisteredClient) -> RegisteredClient | None:
        """Another client, which can stand for one of the attacker's own.

        Best one with a secret: then the server cannot refuse it for who it is.
        """
        others = [each for each in self.clients if each.client_id != client.client_id]
        return max(others, key=lambda each: each.secret is not None, default=None)

    def hear(self, issued: Issued) -> None:
        """Keep a token in mind, to revoke it in the end."""
        self.issued.append(issued)

    def is_authorization_endpoint(self, url: str) -> bool:
        """Whether this URL is where authorization requests go."""
        return self.server.is_endpoint(url, self.server.provider.authorization_endpoint)

    def is_token_endpoint(self, url: str) -> bool:
        """Whether this URL is where token requests go."""
        return self.server.is_endpoint(url, self.server.provider.token_endpoint)

    def describe(self, posture: Posture) -> PostureInfo:
        """A client for the run log: it is what a posture is to the built-in target."""
        client = next(each for each in self.clients if each.name == posture.id)
        provider, subjects = self.server.provider, self.subjects.get(posture.id, Subjects())
        return PostureInfo(
            id=posture.id,
            title=posture.title,
            switches=posture.switches,
            target=TargetInfo(
                name=self.server.name,
                issuer=provider.issuer,
                authorization_endpoint=provider.authorization_endpoint.partition("?")[0],
                token_endpoint=provider.token_endpoint.partition("?")[0],
                userinfo_endpoint=provider.userinfo_endpoint.partition("?")[0],
                victim=subjects.victim,
                attacker=subjects.attacker,
                pushed_request_endpoint=provider.pushed_request_endpoint,
                subject=provider.subject,
            ),
            declared_in=self.declared_in,
            declared_at=client.declared_at,
        )

    def build(self, port: int, learn: Learn, http: httpx.AsyncClient) -> "RealTarget":
        """Bring up our client in place of each of theirs."""
        return RealTarget(self, learn, http)


class Turns:
    """One client at a time: several of them may have one redirect URI in common."""

    def __init__(self) -> None:
        self.apps: dict[str, ClientApp] = {}
        self.turn = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as whoever has its turn."""
        await self.apps[self.turn](scope, receive, send)


class RealTarget:
    """The server under test while the stage is up. One client has its turn at a time."""

    provider: ASGIApp | None = None

    def __init__(self, site: RealSite, learn: Learn, http: httpx.AsyncClient) -> None:
        self.people = site.people
        self._site = site
        self._learn = learn
        self._http = http
        self._clients = {each.name: each for each in site.clients}
        self._endpoints: dict[Key, Endpoint] = {}
        self.client = Turns()
        self.resource: ASGIApp | None = None
        if site.introspection is not None:
            learn("client_secret", site.introspection.secret)
            asked = site.introspection
            self.resource = ResourceServer(asked, http, site.server.introspected)

    def endpoint(self, key: Key) -> Endpoint:
        """The endpoint of a client, with the habits of the scenario on top."""
        if key not in self._endpoints:
            endpoint = self._new_endpoint(key)
            app = ClientApp(self._http, self._learn)
            app.add(endpoint)
            self.client.apps[key.name] = app
            self._endpoints[key] = endpoint
        self.client.turn = key.name
        return self._endpoints[key]

    def entry(self, key: Key, vantage: Vantage | None = None) -> str:
        """Where the user starts the login: where the redirect ends, so that the session is there.

        An app is started at a back end of its own.
        """
        endpoint = self.endpoint(key)
        if not is_of_web(endpoint.redirect_uri):
            return f"https://{CLIENT_HOST}{endpoint.path}"
        return endpoint.redirect_uri.partition("?")[0]

    def equip(self, thief: Thief, key: Key, scenario: Scenario) -> None:
        """Tell the thief what the server publishes, and lend it what it is assumed to have."""
        client = self._clients[key.posture.id]
        thief.metadata = dict(self._site.server.metadata)
        thief.secret_in_header, thief.named_in_form = client.secret_in_header, client.named_in_form
        if client.name in self._site.unasked:
            # To ask for more could only make the server refuse.
            thief.metadata.pop("scopes_supported", None)
        thief.elsewhere = next(iter(client.other_redirect_uris), thief.elsewhere)
        if other := self._site.other_than(client):
            uri, how = other.redirect_uri, (other.secret_in_header, other.named_in_form)
            thief.own = OwnClient(other.client_id, uri, other.secret, *how, other.scope)
        if client.secret is not None and lends_secret(scenario):
            thief.holds_secret(client.client_id, client.secret)

    def set_clock_forward(self, key: Key, seconds: float) -> None:
        """Raises ``NotImplementedError``: nobody sets the clock of a server that is not ours."""
        raise NotImplementedError("a real server's clock cannot be set forward")

    def reset_clock(self, key: Key) -> None:
        """Nothing was set."""

    def strict_refusals(self) -> Iterator[str]:
        """None: nothing is registered here."""
        return iter(())

    def _new_endpoint(self, key: Key) -> Endpoint:
        registered = self._clients[key.posture.id]
        parts = urlsplit(registered.redirect_uri)
        provider = self._site.server.provider
        asks_openid = "openid" in registered.scope.split()
        return Endpoint(
            path=f"/{parts.path.lstrip('/')}",
            client_id=registered.client_id,
            redirect_uri=registered.redirect_uri,
            provider=replace(provider, openid=provider.openid and asks_openid),
            habits=key.posture.habits,
            client_secret=registered.secret,
            secret_in_header=registered.secret_in_header,
            named_in_form=registered.named_in_form,
            scope=registered.scope,
            lasting=registered.lasting,
            asks_again=registered.asks_again,
        )


def lends_secret(scenario: Scenario) -> bool:
    """Whether the attacker is assumed to hold the secret of a client that has one.

    Then what it attacks must hold by itself. But for scenarios in which the secret is what they are
    about, or in which whoever has it is the client.
    """
    is_about_secret = scenario.client_type is ClientType.CONFIDENTIAL
    return not is_about_secret and not any(isinstance(door, Unasked) for door in scenario.attack)


def _places(redirect_uri: str) -> Iterator[ClientPlace]:
    """Where a redirect arrives, and where it would without TLS."""
    parts = urlsplit(redirect_uri)
    if parts.scheme in _PORTS:
        host, secure = parts.hostname or "", parts.scheme == "https"
        yield ClientPlace(host, parts.port or _PORTS[parts.scheme], secure)
        if secure:
            yield ClientPlace(host, _PORTS["http"], False)
