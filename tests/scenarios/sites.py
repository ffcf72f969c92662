"""Sites of real servers for tests; nobody answers there."""

from dataclasses import replace
from typing import Any

from scenarios.real import RealSite
from scenarios.real_server import RealServer, RegisteredClient, person
from scenarios.stage.scope import Authority
from scenarios.target import People
from victim.client import Provider
from victim.identity_provider import ClientType

ISSUER = "https://idp.example.com/realms/demo"
PROVIDER = Provider(
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/authorize?tenant=demo",
    token_endpoint=f"{ISSUER}/token",
    userinfo_endpoint=f"{ISSUER}/userinfo",
    jwks_uri=f"{ISSUER}/jwks",
    pushed_request_endpoint="",
)
METADATA = {"issuer": ISSUER, "userinfo_endpoint": f"{ISSUER}/userinfo"}
SERVER = RealServer("demo", PROVIDER, METADATA, (Authority("idp.example.com", 443),))
PEOPLE = People(person("alice", "hunter2"), person("mallory", "hunter3"))
NOBODY = person("", "")

WEB = RegisteredClient(
    name="web",
    client_id="demo-web",
    redirect_uri="https://app.example.com/callback",
    scope="openid profile",
    type=ClientType.CONFIDENTIAL,
    secret="the-secret",
)
PHONE = RegisteredClient(
    name="phone",
    client_id="demo-phone",
    redirect_uri="com.example.phone:/callback",
    scope="openid",
    type=ClientType.PUBLIC,
)
BROWSER = replace(PHONE, name="browser", client_id="demo-browser", redirect_uri=WEB.redirect_uri)


def site(*clients: RegisteredClient, **changes: Any) -> RealSite:
    """A site with these clients."""
    return replace(RealSite(SERVER, clients, PEOPLE), **changes)
