"""A scene: a provider with a user, clients, a clock that a test can turn, and a browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey

from victim.identity_provider import (
    Client,
    ClientType,
    IdentityProvider,
    Policy,
    Request,
    Response,
    User,
)
from victim.identity_provider.messages import FORM
from victim.identity_provider.pkce import s256
from victim.identity_provider.tokens import new_signing_key

ISSUER = "https://login.idp.test/demo"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
ALICE = User("sub-alice", "alice", "alice's password", "Alice Example", "alice@example.test")
MALLORY = User("sub-mallory", "mallory", "mallory's password", "Mallory", "mallory@example.test")
PUBLIC = Client(
    "public-app",
    "Public App",
    ClientType.PUBLIC,
    ("http://localhost:5218/cb", "http://127.0.0.1/cb", "com.example.app:/cb"),
)
CONFIDENTIAL = Client(
    "web-app",
    "Web App",
    ClientType.CONFIDENTIAL,
    ("https://app.test/cb",),
    secret="a secret: with 100% odd+chars",
)


@dataclass
class Browser:
    """Keeps cookies and submits forms, nothing more."""

    provider: IdentityProvider
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, query: str = "") -> Response:
        return self._send("GET", path, query, b"")

    def post(self, path: str, **form: str) -> Response:
        return self._send("POST", path, "", urlencode(form).encode())

    def sign_in(self, page: Response, user: User = ALICE, **overrides: str) -> Response:
        form = {"csrf_token": csrf_token(page), "username": user.username}
        return self.post("/demo/login", **{**form, "password": user.password, **overrides})

    def decide(self, page: Response, decision: str = "allow") -> Response:
        return self.post("/demo/consent", csrf_token=csrf_token(page), decision=decision)

    def _send(self, method: str, path: str, query: str, body: bytes) -> Response:
        headers: tuple[tuple[str, str], ...] = (
            ("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())),
        )
        if method == "POST":
            headers += (("Content-Type", FORM),)
        response = self.provider.handle(Request.parse(method, path, query, headers, body))
        if cookie := response.header("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response


@dataclass
class Scene:
    """Everything that a test of the provider needs."""

    ISSUER: ClassVar = ISSUER
    VERIFIER: ClassVar = VERIFIER
    ALICE: ClassVar = ALICE
    MALLORY: ClassVar = MALLORY
    PUBLIC: ClassVar = PUBLIC
    CONFIDENTIAL: ClassVar = CONFIDENTIAL
    WEB: ClassVar[dict[str, Any]] = {
        "client_id": CONFIDENTIAL.client_id,
        "redirect_uri": CONFIDENTIAL.redirect_uris[0],
    }
    """What the requests of the confidential client differ in."""

    provider: IdentityProvider
    browser: Browser
    learned: list[tuple[str, str]]
    time: list[float]
    tick: list[float]
    """What passes between two looks at the clock."""

    def pass_time(self, seconds: float) -> None:
        self.time[0] += seconds

    def new_browser(self) -> Browser:
        return Browser(self.provider)

    def authorize(
        self, *extra: tuple[str, str], browser: Browser | None = None, **overrides: str | None
    ) -> Response:
        """The answer to :meth:`asking`."""
        asking = urlencode([*self.asking(**overrides).items(), *extra])
        return (browser or self.browser).get("/demo/authorize", asking)

    @staticmethod
    def asking(**overrides: str | None) -> dict[str, str]:
        """A valid authorization request of the public client, but for the overrides."""
        parameters: dict[str, str | None] = {
            "client_id": PUBLIC.client_id,
            "redirect_uri": PUBLIC.redirect_uris[0],
            "response_type": "code",
            "scope": "openid profile email offline_access",
            "state": "the-state",
            "nonce": "the-nonce",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            **overrides,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def push(self, *headers: tuple[str, str], **overrides: str | None) -> Response:
        """The answer to the same request, pushed."""
        sent = (("Content-Type", FORM), *headers)
        body = urlencode(self.asking(**overrides)).encode()
        return self.provider.handle(Request.parse("POST", "/demo/par", "", sent, body))

    def pushed(self, **overrides: str | None) -> dict[str, Any]:
        """What the browser carries after a push: overrides for :meth:`log_in` and its like."""
        response = self.push(**overrides)
        assert response.status == 201, response.text
        client_id = overrides.get("client_id", PUBLIC.client_id)
        reference = {"client_id": client_id, "request_uri": response.json()["request_uri"]}
        return {**dict.fromkeys(self.asking()), **reference}

    def log_in(
        self, *, user: User = ALICE, browser: Browser | None = None, **overrides: str | None
    ) -> Response:
        """The authorization response after sign-in and consent, as far as they are asked for."""
        browser = browser or self.browser
        response = self.authorize(browser=browser, **overrides)
        if 'name="password"' in response.text:
            response = browser.sign_in(response, user)
        if 'value="allow"' in response.text:
            response = browser.decide(response)
        return response

    def code(self, **overrides: Any) -> str:
        return self.answer(self.log_in(**overrides))["code"]

    def tokens(self, **overrides: Any) -> dict[str, str]:
        """What an honest public client gets."""
        response = self.token(code=self.code(**overrides))
        assert response.status == 200, response.text
        return dict(response.json())

    @staticmethod
    def answer(response: Response) -> dict[str, str]:
        """The query of an authorization response."""
        assert response.status == 303, response.status
        return dict(parse_qsl(urlsplit(response.header("location")).query))

    def token(self, *headers: tuple[str, str], **overrides: str | None) -> Response:
        """The answer to :meth:`token_request`."""
        return self.provider.handle(self.token_request(*headers, **overrides))

    @staticmethod
    def token_request(*headers: tuple[str, str], **overrides: str | None) -> Request:
        """A token request of the public client, but for the overrides."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "client_id": PUBLIC.client_id,
            "redirect_uri": PUBLIC.redirect_uris[0],
            "code_verifier": VERIFIER,
            **overrides,
        }
        body = urlencode({name: value for name, value in form.items() if value is not None})
        sent = (("Content-Type", FORM), *headers)
        return Request.parse("POST", "/demo/token", "", sent, body.encode())

    def post_token(self, body: str, *headers: tuple[str, str], query: str = "") -> Response:
        form = ("Content-Type", FORM)
        sent = headers if any(name == "Content-Type" for name, _ in headers) else (form, *headers)
        return self.provider.handle(
            Request.parse("POST", "/demo/token", query, sent, body.encode())
        )

    def refresh(self, token: str, *headers: tuple[str, str], **overrides: str | None) -> Response:
        form: dict[str, str | None] = {"redirect_uri": None, "code_verifier": None, **overrides}
        return self.token(*headers, grant_type="refresh_token", refresh_token=token, **form)

    def userinfo(
        self, access_token: str, *headers: tuple[str, str], scheme: str = "Bearer"
    ) -> Response:
        sent = (("Authorization", f"{scheme} {access_token}"), *headers)
        return self.provider.handle(Request.parse("GET", "/demo/userinfo", "", sent))


def csrf_token(page: Response) -> str:
    match = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert match, f"no form in a page with status {page.status}"
    return match[1]


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return new_signing_key()


@pytest.fixture
def make_scene(signing_key: RSAKey) -> Callable[[Policy], Scene]:
    """A factory: scene by policy."""

    def make(policy: Policy) -> Scene:
        learned: list[tuple[str, str]] = []
        time, tick = [1_000_000.0], [0.0]

        def clock() -> float:
            time[0] += tick[0]
            return time[0]

        provider = IdentityProvider(
            issuer=ISSUER,
            policy=policy,
            users=[ALICE, MALLORY],
            learn=lambda kind, value: learned.append((kind, value)),
            clock=clock,
            signing_key=signing_key,
        )
        provider.register(PUBLIC)
        provider.register(CONFIDENTIAL)
        return Scene(provider, Browser(provider), learned, time, tick)

    return make


@pytest.fixture
def scene(make_scene: Callable[[Policy], Scene]) -> Scene:
    """The hardened provider."""
    return make_scene(Policy())
