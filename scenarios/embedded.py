"""The built-in target: the article's client and users at the embedded identity provider."""

import secrets
from collections.abc import Callable, Iterator
from itertools import product

from attacker.vantage import Leg, Vantage
from reports.records import Target
from scenarios.channels import CHANNELS, CUSTOM_SCHEME, LOOPBACK, Channel
from scenarios.postures import (
    CONFIDENTIAL_NO_PKCE,
    CONFIDENTIAL_S256,
    NO_PKCE,
    PLAIN,
    POSTURES,
    S256,
    Posture,
)
from victim.client import Endpoint, Pkce, Provider, VerifierSource
from victim.identity_provider import (
    DEMO,
    HARDENED,
    Client,
    IdentityProvider,
    RegistrationRefusedError,
    User,
)

PROVIDER_HOST = "login.idp.test"
CLIENT_HOST = "app.contoso.test"
COLLECTOR_HOST = "collector.thief.test"
SCHEME = "com.contoso.demo"
ISSUER = f"https://{PROVIDER_HOST}/demo"

# The endpoints of the article, and two more for the postures that it does not have.
_PATHS = {
    NO_PKCE: "/codeonly",
    PLAIN: "/pkcepublic",
    S256: "/pkcepublics256",
    CONFIDENTIAL_S256: "/pkceconfidential",
    CONFIDENTIAL_NO_PKCE: "/codeconfidential",
}
_PREFIXES = {
    VerifierSource.FRESH: "",
    VerifierSource.IN_STATE: "/verifier-in-state",
    VerifierSource.FIXED: "/fixed-verifier",
}

Key = tuple[Channel, Posture, VerifierSource]


def invent_user() -> User:
    """A victim for one run; nobody else ever has this subject or this password."""
    return User(
        subject=f"alice-{secrets.token_hex(4)}",
        username="alice@contoso.test",
        password=secrets.token_urlsafe(12),
        name="Alice",
        email="alice@contoso.test",
    )


def describe_target(victim: User) -> Target:
    """The target for the run log."""
    provider = IdentityProvider(issuer=ISSUER, policy=DEMO, users=[], learn=lambda *_: None)
    return Target(
        name="embedded identity provider",
        issuer=provider.issuer,
        authorization_endpoint=provider.authorization_endpoint,
        token_endpoint=provider.token_endpoint,
        userinfo_endpoint=provider.userinfo_endpoint,
        victim=victim.subject,
    )


class EmbeddedTarget:
    """One user, one provider with the postures' weaknesses, and every endpoint of the client.

    ``port`` is the client's on loopback (5218 in the article). ``learn`` hears every secret.
    """

    def __init__(self, port: int, victim: User, learn: Callable[[str, str], object]) -> None:
        self.port = port
        self.victim = victim
        self.provider = IdentityProvider(
            issuer=ISSUER, policy=DEMO, users=[self.victim], learn=learn
        )
        self.strict_provider = IdentityProvider(
            issuer=f"https://{PROVIDER_HOST}/strict", policy=HARDENED, users=[], learn=learn
        )
        self.endpoints = {key: self._endpoint(key) for key in _keys()}
        for (_, posture, _), endpoint in self.endpoints.items():
            self.provider.register(_registration(endpoint, posture))

    @property
    def configured(self) -> Provider:
        """The provider as the client knows it."""
        return Provider(
            self.provider.authorization_endpoint,
            self.provider.token_endpoint,
            self.provider.userinfo_endpoint,
        )

    def entry(self, key: Key, vantage: Vantage | None = None) -> str:
        """Where the user starts the login; ``vantage`` is that of the attacker, if there is one.

        An attacker who reads the authorization request does so because the user starts where it
        can be read: under the squatted name ``localhost``, or on a plaintext page.
        """
        channel, path = key[0], self.endpoints[key].path
        exposed = vantage is not None and vantage.sees(Leg.AUTHORIZATION_REQUEST)
        if channel is LOOPBACK:
            host = "127.0.0.1" if vantage and not exposed else "localhost"
            return f"http://{host}:{self.port}{path}"
        if channel is CUSTOM_SCHEME:
            return f"http://localhost:{self.port}{path}"
        return f"{'http' if exposed else 'https'}://{CLIENT_HOST}{path}"

    def strict_refusals(self) -> Iterator[str]:
        """What a hardened provider says to the redirect URIs of each channel."""
        for channel in CHANNELS:
            key = (channel, S256, VerifierSource.FRESH)
            endpoint = self.endpoints[key]
            try:
                self.strict_provider.register(_registration(endpoint, S256))
            except RegistrationRefusedError as refusal:
                yield f"{channel.title}: a strict provider does not register it: {refusal}"

    def _endpoint(self, key: Key) -> Endpoint:
        channel, posture, verifier = key
        name = f"{_PREFIXES[verifier]}{_PATHS[posture]}"
        path = {CUSTOM_SCHEME: f"/scheme{name}", LOOPBACK: name}.get(channel, f"/plaintext{name}")
        redirect_uri = {
            CUSTOM_SCHEME: f"{SCHEME}:{name}",
            LOOPBACK: f"http://localhost:{self.port}{path}",
        }.get(channel, f"http://{CLIENT_HOST}{path}")
        return Endpoint(
            path=path,
            client_id=f"contoso{path.replace('/', '.')}",
            redirect_uri=redirect_uri,
            pkce=posture.pkce,
            verifier=verifier,
            client_secret=secrets.token_urlsafe(24) if posture.confidential else None,
            native=channel is CUSTOM_SCHEME,
        )


def _keys() -> Iterator[Key]:
    for channel, posture, verifier in product(CHANNELS, POSTURES, VerifierSource):
        if posture.pkce is not Pkce.NONE or verifier is VerifierSource.FRESH:
            yield channel, posture, verifier


def _registration(endpoint: Endpoint, posture: Posture) -> Client:
    return Client(
        client_id=endpoint.client_id,
        name="Contoso Demo",
        type=posture.client_type,
        redirect_uris=(endpoint.redirect_uri,),
        secret=endpoint.client_secret,
    )
