"""The built-in target: the article's client and users at the embedded identity provider."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx

from attacker.redirect_handlers import web_site
from attacker.thief import Thief
from attacker.vantage import Leg, Vantage
from reports.records import PostureInfo, Target
from scenarios.channels import (
    ACCESS_LOG,
    CUSTOM_SCHEME,
    HEADLINE_CHANNELS,
    LOOPBACK,
    LOOPBACK_PORTS,
    PLAINTEXT,
    WEB_PAGES,
)
from scenarios.hosts import CLIENT_HOST, PROVIDER_HOST, SCHEME
from scenarios.postures import (
    CONFIDENTIAL_NO_PKCE,
    CONFIDENTIAL_S256,
    NO_PKCE,
    PLAIN,
    S256,
    Posture,
)
from scenarios.registrations import attackers_clients, registration_of, with_wishes
from scenarios.registry import Scenario
from scenarios.stage.courtesy import Issued, Limits
from scenarios.stage.scope import Authority
from scenarios.target import ClientPlace, Key, Learn, People
from scenarios.tenants import issuer_of, other_provider, provider_of
from scenarios.weaknesses import catalogue
from victim.client import ClientApp, Endpoint
from victim.identity_provider import (
    HARDENED,
    IdentityProvider,
    IdentityProviderApp,
    Policy,
    RegistrationRefusedError,
    User,
    new_signing_key,
)

# The endpoints of the article, and two more for the postures that it does not have.
_ARTICLE = {
    NO_PKCE.id: "/codeonly",
    PLAIN.id: "/pkcepublic",
    S256.id: "/pkcepublics256",
    CONFIDENTIAL_S256.id: "/pkceconfidential",
    CONFIDENTIAL_NO_PKCE.id: "/codeconfidential",
}


def invent_people() -> People:
    """People for one run; nobody else ever has these subjects or these passwords."""
    return People(_invent("alice"), _invent("mallory"))


def describe_target(posture: Posture, people: People) -> Target:
    """The provider of a posture, for the run log."""
    endpoints = provider_of(posture.policy)
    return Target(
        name="embedded identity provider",
        issuer=endpoints.issuer,
        authorization_endpoint=endpoints.authorization_endpoint,
        token_endpoint=endpoints.token_endpoint,
        userinfo_endpoint=endpoints.userinfo_endpoint,
        victim=people.victim.subject,
        attacker=people.attacker.subject,
        pushed_request_endpoint=endpoints.pushed_request_endpoint,
    )


def describe_posture(posture: Posture, people: People) -> PostureInfo:
    """A posture for the run log."""
    weak = [catalogue()[name] for name in posture.weaknesses]
    return PostureInfo(
        id=posture.id,
        title=posture.title,
        switches=posture.switches,
        target=describe_target(posture, people),
        weaknesses=posture.weaknesses,
        needs=posture.needs,
        description=" ".join(each.description for each in weak),
        clauses=tuple(each.clause for each in weak),
        published=tuple(each.published for each in weak if each.published),
    )


@dataclass(frozen=True)
class Embedded:
    """The built-in target before the stage is set; ``people`` will have accounts there."""

    people: People
    provider_hosts = frozenset({PROVIDER_HOST})
    remote: tuple[Authority, ...] = ()
    trusted: Path | None = None
    limits = Limits()
    terms = MappingProxyType[str, str]({})
    login = None
    client_places = (ClientPlace(CLIENT_HOST, 80, False), ClientPlace(CLIENT_HOST, 443, True))

    def hear(self, issued: Issued) -> None:
        """Its tokens end with it."""

    def is_authorization_endpoint(self, url: str) -> bool:
        """Whether this URL is where authorization requests go, at any tenant."""
        return _is_at_provider(url, "/authorize")

    def is_token_endpoint(self, url: str) -> bool:
        """Whether this URL is where token requests go, at any tenant."""
        return _is_at_provider(url, "/token")

    def describe(self, posture: Posture) -> PostureInfo:
        """A posture for the run log."""
        return describe_posture(posture, self.people)

    def build(self, port: int, learn: Learn, http: httpx.AsyncClient) -> "EmbeddedTarget":
        """Bring up the client; providers and endpoints follow when they are first asked for."""
        return EmbeddedTarget(port, self.people, learn, ClientApp(http, learn))


def _is_at_provider(url: str, path: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname == PROVIDER_HOST and parts.path.endswith(path)


class EmbeddedTarget:
    """The users, a provider for each policy, and an endpoint of the client for each group.

    ``port`` is the client's on loopback (5218 in the article). ``learn`` hears every secret.
    Providers and endpoints come up when they are first asked for.
    """

    resource = None

    def __init__(self, port: int, people: People, learn: Learn, client: ClientApp) -> None:
        self.port = port
        self.people = people
        self.client = client
        self.provider = IdentityProviderApp()
        self._ahead: dict[str, float] = {}
        self._learn = learn
        self._tenants: dict[Policy, IdentityProvider] = {}
        self._endpoints: dict[Key, Endpoint] = {}
        # One key for all: to make one takes longer than most plays.
        self._signing_key = new_signing_key()

    def tenant(self, policy: Policy) -> IdentityProvider:
        """The provider that plays by a policy."""
        if policy not in self._tenants:
            issuer = issuer_of(policy)
            tenant = IdentityProvider(
                issuer=issuer,
                policy=policy,
                users=[self.people.victim, self.people.attacker],
                learn=self._learn,
                clock=lambda: time.time() + self._ahead.get(issuer, 0.0),
                signing_key=self._signing_key,
            )
            for own in attackers_clients(policy):
                tenant.register(own)
            self.provider.add(tenant)
            self._tenants[policy] = tenant
        return self._tenants[policy]

    def endpoint(self, key: Key) -> Endpoint:
        """The client's endpoint of a group."""
        if key not in self._endpoints:
            endpoint = self._new_endpoint(key)
            registration = registration_of(endpoint, key.posture)
            if key.channel in {ACCESS_LOG, WEB_PAGES}:
                registration = with_wishes(registration, endpoint, key.posture)
            self.tenant(key.posture.policy).register(registration)
            self.client.add(endpoint)
            self._endpoints[key] = endpoint
        return self._endpoints[key]

    def entry(self, key: Key, vantage: Vantage | None = None) -> str:
        """Where the user starts the login; ``vantage`` is that of the attacker, if there is one.

        An attacker who reads the authorization request does so because the user starts where it
        can be read: under the squatted name ``localhost``, or on a plaintext page.
        """
        channel, path = key.channel, self.endpoint(key).path
        exposed = vantage is not None and vantage.sees(Leg.AUTHORIZATION_REQUEST)
        if channel is LOOPBACK:
            host = "127.0.0.1" if vantage and not exposed else "localhost"
            return f"http://{host}:{self.port}{path}"
        if channel in {CUSTOM_SCHEME, LOOPBACK_PORTS}:
            return f"http://localhost:{self.port}{path}"
        in_clear = channel is PLAINTEXT and exposed
        return f"{'http' if in_clear else 'https'}://{CLIENT_HOST}{path}"

    def equip(self, thief: Thief, key: Key, scenario: Scenario) -> None:
        """Nothing: it knows what everybody can find out, and has an app of its own."""

    def set_clock_forward(self, key: Key, seconds: float) -> None:
        """Let time pass for a group's provider."""
        issuer = issuer_of(key.posture.policy)
        self._ahead[issuer] = self._ahead.get(issuer, 0.0) + seconds

    def reset_clock(self, key: Key) -> None:
        """Bring a group's provider back to the present."""
        self._ahead.pop(issuer_of(key.posture.policy), None)

    def strict_refusals(self) -> Iterator[str]:
        """What a hardened provider says to the redirect URIs of each channel."""
        strict = IdentityProvider(
            issuer=f"https://{PROVIDER_HOST}/strict", policy=HARDENED, users=[], learn=self._learn
        )
        for channel in HEADLINE_CHANNELS:
            endpoint = self._new_endpoint(Key(channel, S256))
            try:
                strict.register(registration_of(endpoint, S256))
            except RegistrationRefusedError as refusal:
                yield f"{channel.title}: a strict provider does not register it: {refusal}"

    def _new_endpoint(self, key: Key) -> Endpoint:
        channel, posture = key
        carried = "".join(f"/{habit.replace('_', '-')}" for habit in posture.carries)
        name = f"{carried}{_ARTICLE.get(posture.id) or '/' + posture.id}"
        prefixes = {CUSTOM_SCHEME: "/scheme", LOOPBACK: "", PLAINTEXT: "/plaintext"}
        path = f"{prefixes.get(channel, '/' + channel.id)}{name}"
        redirect_uris = {
            CUSTOM_SCHEME: f"{SCHEME}:{name}",
            LOOPBACK: f"http://localhost:{self.port}{path}",
            PLAINTEXT: f"http://{CLIENT_HOST}{path}",
            LOOPBACK_PORTS: f"http://127.0.0.1{path}",
        }
        endpoint = Endpoint(
            path=path,
            client_id=f"contoso{path.replace('/', '.')}",
            redirect_uri=redirect_uris.get(channel, f"https://{CLIENT_HOST}{path}"),
            provider=provider_of(posture.policy),
            habits=posture.habits,
            client_secret=secrets.token_urlsafe(24) if posture.has_secret else None,
            native=channel in {CUSTOM_SCHEME, LOOPBACK_PORTS},
            resource=web_site.API if posture.habits.calls_resource else "",
            partner=web_site.ADDRESS if channel is WEB_PAGES else "",
        )
        return replace(endpoint, other=_elsewhere(endpoint))


def _invent(name: str) -> User:
    return User(
        subject=f"{name}-{secrets.token_hex(4)}",
        username=f"{name}@contoso.test",
        password=secrets.token_urlsafe(12),
        name=name.capitalize(),
        email=f"{name}@contoso.test",
    )


def _elsewhere(endpoint: Endpoint) -> Endpoint | None:
    """The same client at the other server, if it works with more than one.

    Whoever runs a server names its clients: the attacker has named this one as the honest one did.
    """
    if not endpoint.habits.several_servers:
        return None
    return replace(endpoint, provider=other_provider(), client_secret=None)
