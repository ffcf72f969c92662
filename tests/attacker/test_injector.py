"""The attacker's real browser at the real client, over a redirect that is plain http."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Page, Response

from attacker.injector import Injector
from attacker.loot import LootBag, LootItem, NothingCapturedError, Sighting
from attacker.thief import Thief
from attacker.vantage import OWN_ACCOUNT, RESPONSE, WHOLE_REDIRECT, Leg
from reports.records import Exchange, HttpRequest, HttpResponse
from scenarios.channels import PLAINTEXT
from scenarios.hosts import CLIENT_HOST
from scenarios.play import PageBrowser
from scenarios.postures import CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256, NO_PKCE, S256, Posture
from scenarios.stage.browser import Browser
from scenarios.target import Key
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
        self.injector = Injector(PageBrowser(page), loot, self.entry)
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
        assert own_state is not None
        await scene.injector.inject(code, own_state)

        shown = await scene.session_shows()
        assert shown == (scene.world.target.people.victim.subject if falls else "not signed in")
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

        assert await scene.session_shows() == scene.world.target.people.victim.subject


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


class OwnAccount:
    """A browser of somebody who has an account.

    ``opened`` is where it went, ``posted`` the forms that it sent.
    """

    def __init__(self, loot: LootBag, *, gives_state: bool = True, is_let_in: bool = True) -> None:
        self.opened: list[str] = []
        self.headers: dict[str, str] = {}
        self.posted: list[tuple[str, dict[str, str]]] = []
        self._loot = loot
        self._is_let_in = is_let_in
        self._state = {"state": "own-state"} if gives_state else {}

    async def open(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.opened.append(url)
        self.headers = headers or {}
        self._show(redirect_uri="https://app.test/cb", **self._state)

    async def bring(self, url: str, cookies: str) -> None:
        self.opened.append(f"{url} with {cookies}")

    async def post(self, url: str, fields: dict[str, str]) -> None:
        self.posted.append((url, fields))

    async def sign_in(self, url: str) -> None:
        await self.open(url)
        if self._is_let_in:
            self._show(code="own-code", iss="https://idp.test", **self._state)

    async def sign_in_as(self, url: str, username: str, password: str) -> None:
        self.opened.append(f"{url} as {username}, {password}")

    def _show(self, **parameters: str) -> None:
        self._loot.show(Sighting(Leg.OWN, "e1", "its own login", "", parameters))


@pytest.mark.parametrize("gives_state", [True, False])
async def test_a_login_with_the_own_account_ends_in_an_answer_for_somebody_else(
    gives_state: bool,
) -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    injector = Injector(OwnAccount(loot, gives_state=gives_state), loot, "https://app.test/cb")

    code = await injector.sign_in()

    assert (code.value, code.leg) == ("own-code", Leg.OWN)
    answer = dict(parse_qsl(urlsplit(injector.own_answer()).query))
    state = {"state": "own-state"} if gives_state else {}
    assert answer == {"code": "own-code", "iss": "https://idp.test"} | state
    assert injector.own_answer().startswith("https://app.test/cb?")


@pytest.mark.parametrize("goes_on", [True, False])
async def test_somebody_elses_request_is_answered_where_the_provider_goes_on_with_it(
    goes_on: bool,
) -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot, is_let_in=goes_on)
    request = LootItem("authorization_request", "https://idp.test/?x", Leg.OWN, "h1", "a log")

    answer = await Injector(browser, loot, "https://app.test/cb").answer_to(request)

    assert browser.opened == ["https://idp.test/?x"]
    assert (answer is not None) is goes_on
    assert answer is None or answer.startswith("https://app.test/cb?code=own-code")


async def test_a_client_that_gives_no_state_gets_none_back() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot, gives_state=False)
    injector = Injector(browser, loot, "https://app.test/cb")
    code = await injector.sign_in()

    assert await injector.start_own_login() is None
    await injector.inject(code, None)

    assert "state" not in dict(parse_qsl(urlsplit(browser.opened[-1]).query))


async def test_a_login_may_be_started_at_another_server() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot)

    await Injector(browser, loot, "https://app.test/cb").start_own_login("https://own.test")

    assert browser.opened == ["https://app.test/cb?server=https%3A%2F%2Fown.test"]


async def test_without_a_login_of_its_own_there_is_no_answer() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    injector = Injector(OwnAccount(loot), loot, "https://app.test/cb")

    with pytest.raises(NothingCapturedError, match="code"):
        injector.own_answer()


async def test_a_captured_request_is_sent_as_a_whole_or_not_at_all() -> None:
    loot = LootBag(WHOLE_REDIRECT, lambda item: None)
    browser = OwnAccount(loot)
    injector = Injector(browser, loot, "https://app.test/cb")
    await injector.start_own_login()
    code, state, cookies = (
        LootItem(kind, f"their-{kind}", Leg.AUTHORIZATION_RESPONSE, "e2", "a log")
        for kind in ("code", "state", "cookies")
    )

    await injector.replay(None, state, cookies)
    await injector.replay(code, state, None)
    assert len(browser.opened) == 1

    await injector.replay(code, state, cookies)
    assert browser.opened[1:] == [
        "https://app.test/cb?code=their-code&state=their-state with their-cookies"
    ]


async def test_the_own_form_takes_a_captured_code_in_place_of_its_own() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot)
    injector = Injector(browser, loot, "https://app.test/cb")
    await injector.sign_in()
    loot.add(LootItem("id_token", "own-token", Leg.OWN, "e1", "its own form"))

    await injector.inject_into_own_form(None)
    assert browser.posted == []

    await injector.inject_into_own_form(
        LootItem("code", "their-code", Leg.AUTHORIZATION_RESPONSE, "e2", "a log")
    )
    own = {"id_token": "own-token", "state": "own-state", "iss": "https://idp.test"}
    assert browser.posted == [("https://app.test/cb", {"code": "their-code", **own})]


async def test_it_signs_in_with_a_stolen_password_and_does_not_try_without_one() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot)
    injector = Injector(browser, loot, "https://app.test/cb")
    name, password = (
        LootItem(kind, kind, Leg.OWN, "e1", "its web site") for kind in ("username", "password")
    )

    await injector.sign_in_with(name, None)
    await injector.sign_in_with(None, password)
    assert browser.opened == []

    await injector.sign_in_with(name, password)
    assert browser.opened == ["https://app.test/cb as username, password"]


async def test_a_host_that_is_claimed_is_named_in_every_request_and_moves_no_answer() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    browser = OwnAccount(loot)
    injector = Injector(browser, loot, "https://app.test/cb")

    await injector.start_own_login()
    await injector.look_at_session()
    assert browser.headers == {}

    injector.claim_host("evil.test")
    moved = {"redirect_uri": "https://evil.test/cb"}
    loot.show(Sighting(Leg.OWN, "e2", "its own login", "", moved))
    await injector.look_at_session()

    assert browser.headers == {"X-Forwarded-Host": "evil.test"}
    assert browser.opened[-1] == "https://app.test/cb/me"


async def test_only_a_request_that_was_rewritten_is_one_that_the_attacker_wrote() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    asked = {"response_type": "code", "state": "s"}
    loot.show(Sighting(Leg.OWN, "e1", "its own login", "https://idp.test/authorize?x=y", asked))
    injector = Injector(OwnAccount(loot), loot, "https://app.test/cb")

    injector.own_request()
    assert loot.find("authorization_request") is None

    written = injector.own_request(state="lost")
    assert loot.need("authorization_request").value == written
    assert dict(parse_qsl(urlsplit(written).query)) == {"response_type": "code", "state": "lost"}


def test_a_request_is_spoilt_by_a_state_that_was_never_seen_and_is_no_word() -> None:
    loot = LootBag(OWN_ACCOUNT, lambda item: None)
    asked = {"response_type": "code", "state": "s"}
    loot.show(Sighting(Leg.OWN, "e1", "its own login", "https://idp.test/authorize?x=y", asked))
    injector = Injector(OwnAccount(loot), loot, "https://app.test/cb")

    written = [injector.spoilt_request() for _ in range(2)]

    states = {dict(parse_qsl(urlsplit(url).query))["state"] for url in written}
    assert len(states) == 2
    assert all(len(state) >= 20 for state in states), "whatever is redacted must not occur in prose"
