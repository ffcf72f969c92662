from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from victim.identity_provider import HARDENED, IdentityProvider, IdentityProviderApp, Policy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.victim.identity_provider.conftest import Scene


def provider(issuer: str) -> IdentityProvider:
    return IdentityProvider(issuer=issuer, policy=HARDENED, users=[], learn=lambda *_: None)


def talk[T](script: Callable[[httpx.AsyncClient], Awaitable[T]], *providers: IdentityProvider) -> T:
    async def run() -> T:
        transport = httpx.ASGITransport(IdentityProviderApp(*providers))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://login.idp.test"
        ) as http:
            return await script(http)

    return asyncio.run(run())


def test_a_login_works_over_http(scene: Scene) -> None:
    request = {
        "client_id": "public-app",
        "redirect_uri": "http://localhost:5218/cb",
        "response_type": "code",
        "scope": "openid profile",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }

    async def script(http: httpx.AsyncClient) -> httpx.Response:
        page = await http.get(scene.provider.authorization_endpoint, params=request)
        match = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert match
        form = {"csrf_token": match[1]}
        user = {"username": "alice", "password": scene.ALICE.password}
        await http.post(f"{scene.ISSUER}/login", data=form | user)
        answer = await http.post(f"{scene.ISSUER}/consent", data=form | {"decision": "allow"})
        token_request = {
            "grant_type": "authorization_code",
            "client_id": "public-app",
            "redirect_uri": "http://localhost:5218/cb",
            "code": httpx.URL(answer.headers["location"]).params["code"],
            "code_verifier": scene.VERIFIER,
        }
        tokens = await http.post(scene.provider.token_endpoint, data=token_request)
        bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
        return await http.get(scene.provider.userinfo_endpoint, headers=bearer)

    assert talk(script, scene.provider).json()["sub"] == "sub-alice"


def test_duplicates_reach_the_core(scene: Scene) -> None:
    async def script(http: httpx.AsyncClient) -> httpx.Response:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return await http.post("/demo/token", content="code=a&code=b", headers=form)

    assert talk(script, scene.provider).json()["error_description"] == "repeated: code"


@pytest.mark.parametrize(
    ("policy", "statuses"), [(HARDENED, [200, 400]), (Policy(code_race=True), [200, 200])]
)
def test_parallel_redemptions_of_one_code_give_one_answer_unless_there_is_a_race(
    policy: Policy, statuses: list[int], make_scene: Callable[[Policy], Scene]
) -> None:
    scene = make_scene(policy)
    form = {
        "grant_type": "authorization_code",
        "client_id": "public-app",
        "redirect_uri": "http://localhost:5218/cb",
        "code": scene.code(),
        "code_verifier": scene.VERIFIER,
    }

    async def script(http: httpx.AsyncClient) -> list[int]:
        posts = [http.post(scene.provider.token_endpoint, data=form) for _ in range(2)]
        return sorted(answer.status_code for answer in await asyncio.gather(*posts))

    assert talk(script, scene.provider) == statuses


def test_each_issuer_answers_below_its_own_path() -> None:
    issuers = [f"https://login.idp.test/{path}" for path in ("demo", "demo/inner", "hardened")]

    async def script(http: httpx.AsyncClient) -> list[str]:
        documents = [await http.get(f"{each}/.well-known/openid-configuration") for each in issuers]
        return [document.json()["issuer"] for document in documents]

    assert talk(script, *map(provider, issuers)) == issuers


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/elsewhere", b"", 404),
        ("/demo/token", b"a" * (64 * 1024 + 1), 413),
        ("/demo/token", b"a=1&" * 101, 400),
        ("/demo/token?" + "a=1&" * 101, b"", 400),
    ],
)
def test_what_cannot_be_read_is_refused(scene: Scene, path: str, body: bytes, status: int) -> None:
    async def script(http: httpx.AsyncClient) -> int:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return (await http.post(path, content=body, headers=form)).status_code

    assert talk(script, scene.provider) == status


def test_two_providers_may_not_share_a_path() -> None:
    with pytest.raises(ValueError, match="share a path"):
        IdentityProviderApp(provider("https://a.test/demo"), provider("https://b.test/demo"))
