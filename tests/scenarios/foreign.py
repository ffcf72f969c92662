"""The embedded identity provider as if it were somebody else's: a server of its own on loopback.

Nobody who assesses it knows more of it than its target file and its discovery document say.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import httpx
from anyio.from_thread import start_blocking_portal
from joserfc.jwk import RSAKey
from starlette.types import ASGIApp

from scenarios.real import RealSite
from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.servers import bind, serve
from scenarios.targets.reading import read_target
from scenarios.targets.site import ca_file_of, site_of
from victim.identity_provider import (
    HARDENED,
    Client,
    ClientType,
    IdentityProvider,
    IdentityProviderApp,
    Policy,
    User,
    new_signing_key,
)

HOST = "localhost"
REDIRECT_URI = "https://app.example.com/callback"
ALICE = User("alice-1", "alice", "alice's password", "Alice", "alice@example.com")
MALLORY = User("mallory-1", "mallory", "mallory's password", "Mallory", "mallory@example.com")
WEB = Client("demo-web", "Web", ClientType.CONFIDENTIAL, (REDIRECT_URI,), "the secret of web")
SPA = Client("demo-spa", "Spa", ClientType.PUBLIC, (REDIRECT_URI,))

LIKE_OTHERS = replace(HARDENED, redirect_uri_optional_at_token=True)
"""As strict as the policies want it, and no stricter where they leave it open."""

type Wrap = Callable[[ASGIApp], ASGIApp]


@dataclass(frozen=True)
class Foreign:
    """A server that runs; ``target`` is a file that is right about it."""

    issuer: str
    target: Path

    def site(self) -> RealSite:
        """What the target file describes, together with what the server publishes."""
        target = read_target(self.target)
        trusted = ssl.create_default_context(cafile=ca_file_of(target))
        url = f"{self.issuer}/.well-known/openid-configuration"
        return site_of(target, httpx.get(url, verify=trusted, trust_env=False).json())

    def write(self, old: str, new: str) -> Path:
        """Change the target file."""
        text = self.target.read_text()
        assert old in text, old
        self.target.write_text(text.replace(old, new))
        return self.target


@contextmanager
def foreign(
    folder: Path,
    policy: Policy = LIKE_OTHERS,
    wrap: Wrap = lambda app: app,
    more: str = "",
    redirect_uri: str = REDIRECT_URI,
) -> Iterator[Foreign]:
    """A server with two clients and two users; ``wrap`` may put a fault around it.

    ``more`` ends its target file. Both clients have registered ``redirect_uri``.
    """
    listener = bind("127.0.0.1", 0)
    (folder / "authority").mkdir()
    authority = PrivateAuthority(folder / "authority")
    provider = IdentityProvider(
        issuer=f"https://{HOST}:{listener.getsockname()[1]}/realm",
        policy=policy,
        users=[ALICE, MALLORY],
        learn=lambda kind, value: None,
        signing_key=signing_key(),
    )
    for client in (WEB, SPA):
        provider.register(replace(client, redirect_uris=(redirect_uri,)))
    app = wrap(IdentityProviderApp(provider))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serve(app, listener, authority.server_files(HOST))),
    ):
        target = _target_file(folder, provider.issuer, more, redirect_uri)
        yield Foreign(provider.issuer, target)


@cache
def signing_key() -> RSAKey:
    """One for all: to make it takes longer than most tests."""
    return new_signing_key()


def _target_file(folder: Path, issuer: str, more: str, redirect_uri: str) -> Path:
    passwords = {user.username: user.password for user in (ALICE, MALLORY)}
    for name, secret in {**passwords, "web": WEB.secret or ""}.items():
        path = folder / "secrets" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(secret)
        path.chmod(0o600)
    target = folder / "demo.idp.toml"
    target.write_text(f"""\
[provider]
issuer = "{issuer}"
ca_file = "authority/ca.pem"

[accounts.victim]
username = "alice"
password = {{ file = "secrets/alice" }}

[accounts.attacker]
username = "mallory"
password = {{ file = "secrets/mallory" }}

[clients.web]
type = "confidential"
client_id = "demo-web"
secret = {{ file = "secrets/web" }}
redirect_uris = ["{redirect_uri}"]
scope = "openid profile"

[clients.spa]
type = "single-page"
client_id = "demo-spa"
redirect_uris = ["{redirect_uri}"]
scope = "openid profile"

{more}
""")
    return target
