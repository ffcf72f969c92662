"""The attacker's real browser at the real client, over a redirect that is plain http."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Response

from attacker.injector import Injector
from attacker.loot import LootBag, NothingCapturedError
from attacker.thief import Thief
from attacker.vantage import RESPONSE, Leg
from reports.records import Exchange, HttpRequest, HttpResponse
from scenarios.channels import PLAINTEXT
from scenarios.embedded import CLIENT_HOST, Key
from scenarios.postures import CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256, NO_PKCE, S256, Posture
from scenarios.stage.browser import Browser
from tests.browsing import browsing
from tests.world import World

pytestmark = [pytest.mark.stage, pytest.mark.anyio]


class Scene:
    """An attacker with a browser. ``shown`` is what its session at the client showed last."""

    def __init__(self, world: World, key: Key, page: Page) -> None:
        self.world = world
        self.page = page
        self.entry = f"http://{CLIENT_HOST}{urlsplit(world.entry(key)).path}"
        loot = LootBag(RESPONSE, lambda item: None)
        self.thief = Thief(world.http("thief", self._hear), loot, self.entry)
        self.injector = Injector(page, loot, self.entry)
        self.statuses: list[int] = []
        self._number = 0
        page.on("response", self._browsed)

    def _hear(self, exchange: Exchange) -> None:
        self.thief.witness(exchange)

    def _browsed(self, response: Response) -> None:
        self.statuses.append(response.status)
        self._witness("attacker-browser", response.url, response.headers.get("location", ""))

    def _witness(self, source: str, url: str, location: str = "") -> None:
        self._number += 1
        answer = HttpResponse(302 if location else 200, (("location", location),))
        identity, request = f"b{self._number}", HttpRequest("GET", url)
        self.thief.witness(
            Exchange(identity, "p1", "", 0.0, source, "client", "proxy", request, answer)
        )

    async def victim_loses_redirect(self) -> None:
        redirect = await self.world.sign_in(self.world.http("victim-browser"), self.entry)
        self._witness("victim-browser", redirect)

    async def session_shows(self) -> str:
        await self.injector.look_at_session()
        answer = json.loads(await self.page.inner_text("body"))
        return str(answer.get("sub", answer.get("error")))


@asynccontextmanager
async def scene_of(key: Key, browser: Browser, folder: Path) -> AsyncIterator[Scene]:
    world = World()
    async with browsing(world, browser, folder) as chromium:
        yield Scene(world, key, await chromium.new_page())


@pytest.mark.parametrize(
    ("posture", "falls"),
    [(NO_PKCE, True), (CONFIDENTIAL_NO_PKCE, True), (S256, False), (CONFIDENTIAL_S256, False)],
    ids=lambda value: value.id if isinstance(value, Posture) else "",
)
async def test_pkce_and_no_secret_stops_a_code_in_another_session(
    browser: Browser, tmp_path: Path, posture: Posture, falls: bool
) -> None:
    async with scene_of(Key(PLAINTEXT, posture), browser, tmp_path) as scene:
        await scene.victim_loses_redirect()
        code = await scene.thief.receive_code()
        # A thief who has looked at the client before has a state that is not of this browser.
        await scene.thief.study_client()

        own_state = await scene.injector.start_own_login()
        await scene.injector.inject(code, own_state)

        shown = await scene.session_shows()
        assert shown == (scene.world.target.victim.subject if falls else "not signed in")
        assert own_state.leg is Leg.OWN


async def test_a_verifier_in_state_is_injected_along_with_the_code(
    browser: Browser, tmp_path: Path
) -> None:
    key = Key(PLAINTEXT, CONFIDENTIAL_S256.having("verifier_in_state"))
    async with scene_of(key, browser, tmp_path) as scene:
        await scene.victim_loses_redirect()
        code = await scene.thief.receive_code()
        await scene.injector.start_own_login()

        state = scene.thief.loot.need("state", Leg.AUTHORIZATION_RESPONSE)
        await scene.injector.inject(code, state)

        assert await scene.session_shows() == scene.world.target.victim.subject


async def test_the_answer_is_what_the_provider_would_have_sent(
    browser: Browser, tmp_path: Path
) -> None:
    async with scene_of(Key(PLAINTEXT, NO_PKCE), browser, tmp_path) as scene:
        await scene.victim_loses_redirect()
        code = await scene.thief.receive_code()
        with pytest.raises(NothingCapturedError, match="redirect_uri"):
            await scene.injector.inject(code, code)  # where to, only a login of its own can show
        state = await scene.injector.start_own_login()
        injected: list[str] = []
        scene.page.on("request", lambda request: injected.append(request.url))

        await scene.injector.inject(code, state)

        names = [pair.partition("=")[0] for pair in urlsplit(injected[0]).query.split("&")]
        assert names == ["code", "state", "iss"]
        assert injected[0].startswith(f"{scene.entry}?")
