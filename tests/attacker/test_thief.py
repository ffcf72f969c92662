"""The thief at the real client and the real provider; it hears of exchanges one by one."""

import base64
import json
import secrets
import zlib
from collections.abc import Callable
from itertools import count
from random import Random
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from attacker import loot as loot_module
from attacker.loot import LootBag, LootItem, NothingCapturedError
from attacker.thief import Thief
from attacker.vantage import (
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    Leg,
    Vantage,
)
from reports.records import Exchange, Handover, HttpRequest, HttpResponse
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK, PLAINTEXT, Channel
from scenarios.embedded import PROVIDER_HOST, Key
from scenarios.postures import CONFIDENTIAL_S256, NO_PKCE, PLAIN, POSTURES, S256, Posture
from tests.world import World
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.identity_provider.pkce import s256

pytestmark = pytest.mark.anyio


class Scene:
    """A thief at one client, and a victim whose redirect it may be shown."""

    def __init__(
        self, key: Key, vantage: Vantage = RESPONSE, variant: ASGIApp | None = None
    ) -> None:
        self.world = World({"variant.test": variant} if variant else {})
        honest = self.world.entry(key)
        self.entry = "https://variant.test/login" if variant else honest
        self.recorded: list[LootItem] = []
        bag = LootBag(vantage, self.recorded.append)
        self.thief = Thief(self.world.http("thief", self.hear), bag, self.entry)
        self.victim = self.world.http("victim-browser")
        self._numbers = count(1)

    def hear(self, exchange: Exchange) -> None:
        self.thief.witness(exchange)

    async def victim_signs_in(self) -> str:
        """The victim's redirect; it has reached nobody yet."""
        return await self.world.sign_in(self.victim, self.entry)

    async def redirect_goes_astray(self) -> str:
        redirect = await self.victim_signs_in()
        self.hear(self.to_thief(redirect))
        return redirect

    def to_thief(self, url: str, location: str = "") -> Exchange:
        """The victim's browser asks the thief's listener for a page."""
        headers = (("location", location),) if location else ()
        answer = HttpResponse(302 if location else 200, headers)
        return Exchange(
            id=f"listener-{next(self._numbers)}",
            play="p1",
            at="",
            seconds=0.0,
            source="victim-browser",
            destination="thief",
            seen_by="listener",
            request=HttpRequest("GET", url),
            response=answer,
        )

    def request_was_seen(self) -> None:
        """The squatter relayed the start of the victim's login."""
        started = next(e for e in self.world.exchanges if e.source == "victim-browser")
        assert started.response is not None
        self.hear(self.to_thief(started.request.url, started.response.header("location")))

    def thiefs(self, path: str) -> list[Exchange]:
        """What the thief itself asked the provider or the client for."""
        return [
            exchange
            for exchange in self.world.exchanges
            if exchange.source == "thief" and urlsplit(exchange.request.url).path == path
        ]

    @property
    def subjects_read(self) -> list[str]:
        answers = [exchange.response for exchange in self.thiefs("/demo/userinfo")]
        return [json.loads(answer.body)["sub"] for answer in answers if answer]


@pytest.mark.parametrize("seen", [False, True], ids=["response only", "request too"])
@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
async def test_a_stolen_code_opens_the_data_unless_something_binds_it(
    posture: Posture, seen: bool
) -> None:
    scene = Scene(Key(LOOPBACK, posture), REQUEST_AND_RESPONSE if seen else RESPONSE)
    await scene.redirect_goes_astray()
    scene.request_was_seen()

    code = await scene.thief.receive_code()
    token = await scene.thief.redeem(code, scene.thief.best_guess_at_verifier())
    await scene.thief.use(token)

    robbed = posture is NO_PKCE or (posture is PLAIN and seen)
    assert (token is not None) is robbed
    assert scene.subjects_read == ([scene.world.target.victim.subject] if robbed else [])


async def test_a_token_is_loot_that_its_exchange_shows() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()

    token = await scene.thief.redeem(await scene.thief.receive_code())

    assert token in scene.recorded
    assert token is not None
    (redemption,) = scene.thiefs("/demo/token")
    assert token.seen_in == redemption.id
    assert redemption.response is not None
    assert token.value in redemption.response.body


async def test_a_refused_code_gives_no_token_and_no_token_is_not_used() -> None:
    scene = Scene(Key(LOOPBACK, S256))
    await scene.redirect_goes_astray()

    token = await scene.thief.redeem(await scene.thief.receive_code())
    sent = len(scene.world.exchanges)
    await scene.thief.use(token)

    assert token is None
    assert len(scene.world.exchanges) == sent
    (redemption,) = scene.thiefs("/demo/token")
    assert redemption.response is not None
    assert json.loads(redemption.response.body)["error"] == "invalid_grant"


@pytest.mark.parametrize("body", ["", "<html>", "[]", '"access_token"', '{"access_token": null}'])
async def test_an_answer_without_a_token_is_no_token(body: str) -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()
    await scene.thief.study_client()
    scene.world.servers[PROVIDER_HOST] = PlainTextResponse(body)

    assert await scene.thief.redeem(await scene.thief.receive_code()) is None


async def test_a_thief_studies_the_client_once() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()
    code = await scene.thief.receive_code()

    await scene.thief.study_client()
    await scene.thief.redeem(code)
    await scene.thief.redeem(code)

    assert len(scene.thiefs("/codeonly")) == 1


@pytest.mark.parametrize(
    "answer",
    [PlainTextResponse("closed"), RedirectResponse("/please-wait")],
    ids=["a page", "a redirect elsewhere"],
)
async def test_a_client_that_starts_no_login_teaches_nothing(answer: Response) -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE), variant=answer)

    with pytest.raises(NothingCapturedError, match="to a login"):
        await scene.thief.study_client()


async def test_what_the_thief_was_not_shown_it_does_not_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loot_module, "PATIENCE_SECONDS", 0.01)
    scene = Scene(Key(LOOPBACK, PLAIN), REQUEST_AND_RESPONSE)
    await scene.victim_signs_in()

    with pytest.raises(NothingCapturedError, match="no code reached the thief"):
        await scene.thief.receive_code()
    assert scene.thief.best_guess_at_verifier() is None
    with pytest.raises(NothingCapturedError):
        scene.thief.build_authorization_request()
    assert scene.recorded == []


@pytest.mark.parametrize("vantage", [RESPONSE, REQUEST_AND_RESPONSE, RESPONSE_AND_APP, OWN_REQUEST])
@pytest.mark.parametrize("channel", [LOOPBACK, PLAINTEXT, CUSTOM_SCHEME], ids=lambda c: c.id)
async def test_shown_everything_in_any_order_a_thief_keeps_what_its_vantage_reads(
    channel: Channel, vantage: Vantage
) -> None:
    scene = Scene(Key(channel, S256.having("verifier_in_state")), vantage)
    redirect = await scene.victim_signs_in()
    unheard = {exchange.id for exchange in scene.world.exchanges}  # all in TLS or on loopback
    scene.world.exchanges.append(scene.to_thief(redirect))
    start = scene.world.exchanges[0]
    assert start.response is not None
    request = start.response.header("location")
    scene.world.exchanges.append(scene.to_thief(start.request.url, request))
    # What the squatter relays passes by twice: also as the thief's own request.
    relayed = HttpRequest("GET", scene.entry), HttpResponse(302, (("location", request),))
    scene.world.exchanges.append(
        Exchange("relay", "p1", "", 0.0, "thief", "client", "proxy", *relayed)
    )
    await scene.world.http("client").get(f"https://{PROVIDER_HOST}/demo/jwks")
    handover = Handover("h1", "p1", "", "honest-app", "malicious-app", "/proc", request, "of sh")
    everything: list[Exchange | Handover] = [*scene.world.exchanges, handover]

    for seed in range(5):
        Random(seed).shuffle(everything)
        for record in everything:
            if isinstance(record, Handover):
                scene.thief.read_arguments(record)
            else:
                scene.thief.witness(record)

    legs = {Leg.AUTHORIZATION_RESPONSE, Leg.AUTHORIZATION_REQUEST} & vantage.legs
    assert {item.leg for item in scene.recorded} == legs
    challenge = parse_qs(urlsplit(request).query)["code_challenge"][0]
    known = {item.value for item in scene.recorded}
    assert (challenge in known) is vantage.sees(Leg.AUTHORIZATION_REQUEST)
    assert not unheard & {item.seen_in for item in scene.recorded}


async def test_the_guess_is_the_challenge_of_the_flow_whose_code_was_stolen() -> None:
    scene = Scene(Key(LOOPBACK, PLAIN), REQUEST_AND_RESPONSE)
    await scene.redirect_goes_astray()
    scene.request_was_seen()
    # Another login starts before the thief looks: the user clicked twice.
    again = await scene.victim.get(scene.entry)
    scene.hear(scene.to_thief(scene.entry, again.headers["location"]))

    guess = scene.thief.best_guess_at_verifier()

    assert guess is not None
    assert await scene.thief.redeem(await scene.thief.receive_code(), guess) is not None


async def test_a_request_of_some_other_flow_is_no_guess_at_all() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE), REQUEST_AND_RESPONSE)
    await scene.redirect_goes_astray()
    other = "https://login.idp.test/demo/authorize?response_type=code&state=s&code_challenge=c"
    scene.hear(scene.to_thief(scene.entry, other))

    assert scene.thief.best_guess_at_verifier() is None


async def test_without_a_state_to_go_by_the_newest_request_is_guessed() -> None:
    scene = Scene(Key(LOOPBACK, PLAIN), REQUEST_AND_RESPONSE)
    scene.hear(scene.to_thief(scene.entry, "https://idp.test/?response_type=code&code_challenge=c"))
    scene.hear(scene.to_thief("http://localhost/cb?code=the-code"))

    guess = scene.thief.best_guess_at_verifier()

    assert guess is not None
    assert (guess.value, guess.leg) == ("c", Leg.AUTHORIZATION_REQUEST)


def b64(data: bytes | str) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


ENCODINGS: dict[str, Callable[[str], str]] = {
    "bare": lambda v: v,
    "behind a nonce": lambda v: f"{secrets.token_hex(8)}.{v}",
    "before a nonce": lambda v: f"{v}.{secrets.token_hex(8)}",
    "hex": lambda v: v.encode().hex(),
    "base64url": b64,
    "JSON": lambda v: json.dumps({"csrf": secrets.token_hex(8), "cv": v}),
    "JSON in base64url": lambda v: b64(json.dumps({"csrf": secrets.token_hex(8), "cv": v})),
    "deflate in base64url": lambda v: b64(zlib.compress(v.encode())),
    "a query in state": lambda v: urlencode({"return": "/a?b=c", "v": v}),
    "claims of a JWT": lambda v: ".".join((b64('{"alg":"none"}'), b64(json.dumps({"v": v})), "")),
}


def client_with(key: Key, encode: Callable[[str], str]) -> tuple[ASGIApp, Callable[[World], None]]:
    """A client of another make: it keeps its verifier in state, in a coding of its own."""
    registration: dict[str, str] = {}

    def start(request: Request) -> RedirectResponse:
        verifier = secrets.token_urlsafe(32)
        query = {
            "response_type": "code",
            "scope": "openid",
            "state": encode(verifier),
            "code_challenge": s256(verifier),
            "code_challenge_method": "S256",
        }
        provider = f"https://{PROVIDER_HOST}/demo/authorize"
        return RedirectResponse(f"{provider}?{urlencode(registration | query)}")

    def register(world: World) -> None:
        endpoint = world.target.endpoint(key)
        registration["client_id"] = endpoint.client_id
        registration["redirect_uri"] = endpoint.redirect_uri

    return Starlette(routes=[Route("/login", start)]), register


@pytest.mark.parametrize("coding", ENCODINGS)
async def test_a_verifier_in_state_is_read_in_any_coding_after_one_own_login(coding: str) -> None:
    key = Key(LOOPBACK, S256)
    variant, register = client_with(key, ENCODINGS[coding])
    scene = Scene(key, variant=variant)
    register(scene.world)
    await scene.redirect_goes_astray()

    verifier = await scene.thief.verifier_from_state()
    token = await scene.thief.redeem(await scene.thief.receive_code(), verifier)

    assert token is not None
    assert verifier.leg is Leg.AUTHORIZATION_RESPONSE
    assert verifier.where.startswith("state of the victim's redirect > ")


async def test_the_client_of_the_article_gives_its_verifier_away_but_its_secret_holds() -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_S256.having("verifier_in_state")))
    redirect = await scene.redirect_goes_astray()

    verifier = await scene.thief.verifier_from_state()

    carried = json.loads(base64.urlsafe_b64decode(dict(parse_qsl(redirect))["state"] + "=="))
    assert verifier.value == carried["code_verifier"]
    assert await scene.thief.redeem(await scene.thief.receive_code(), verifier) is None


async def test_an_opaque_state_proves_nothing() -> None:
    scene = Scene(Key(LOOPBACK, S256))
    await scene.redirect_goes_astray()

    with pytest.raises(NothingCapturedError, match="hashes to the challenge"):
        await scene.thief.verifier_from_state()


async def test_a_victim_whose_state_is_built_otherwise_is_not_guessed_at() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_state")))
    scene.hear(scene.to_thief("http://localhost:5218/cb?code=c&state=opaque"))

    with pytest.raises(NothingCapturedError, match="the victim's state has no verifier"):
        await scene.thief.verifier_from_state()


async def test_where_no_redirect_was_captured_no_state_is_read() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_state")))
    await scene.victim_signs_in()

    with pytest.raises(NothingCapturedError, match="never saw a state"):
        await scene.thief.verifier_from_state()


async def test_a_client_without_pkce_has_no_verifier_to_find() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))

    with pytest.raises(NothingCapturedError, match="no PKCE"):
        await scene.thief.verifier_from_state()


@pytest.mark.parametrize("posture", [PLAIN, S256], ids=lambda posture: posture.id)
async def test_one_copy_of_the_client_gives_every_user_s_verifier_away(posture: Posture) -> None:
    scene = Scene(Key(CUSTOM_SCHEME, posture.having("verifier_fixed")), RESPONSE_AND_APP)
    verifier = await scene.thief.fixed_verifier()
    await scene.redirect_goes_astray()

    token = await scene.thief.redeem(await scene.thief.receive_code(), verifier)

    assert verifier.value == ARTICLE_VERIFIER
    assert token is not None
    unpacked = scene.thiefs(f"{urlsplit(scene.entry).path}/package.zip")
    assert len(unpacked) == (1 if posture is S256 else 0)
    shown = {exchange.id: exchange for exchange in scene.world.exchanges}[verifier.seen_in]
    assert shown.source == "thief"
    assert urlsplit(shown.request.url).path.endswith("/package.zip") is (posture is S256)


async def test_who_holds_no_copy_of_the_app_cannot_unpack_it() -> None:
    scene = Scene(Key(CUSTOM_SCHEME, S256.having("verifier_fixed")), RESPONSE)

    with pytest.raises(NothingCapturedError, match="no copy"):
        await scene.thief.fixed_verifier()
    assert not scene.thiefs(f"{urlsplit(scene.entry).path}/package.zip")


@pytest.mark.parametrize("posture", [PLAIN, S256], ids=lambda posture: posture.id)
async def test_a_challenge_that_changes_is_not_fixed(posture: Posture) -> None:
    scene = Scene(Key(CUSTOM_SCHEME, posture), RESPONSE_AND_APP)

    with pytest.raises(NothingCapturedError, match="changes from login to login"):
        await scene.thief.fixed_verifier()


async def test_without_pkce_nothing_is_fixed_either() -> None:
    scene = Scene(Key(CUSTOM_SCHEME, NO_PKCE), RESPONSE_AND_APP)

    with pytest.raises(NothingCapturedError, match="no PKCE"):
        await scene.thief.fixed_verifier()


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
async def test_pkce_does_not_protect_a_flow_that_the_thief_started(posture: Posture) -> None:
    scene = Scene(Key(LOOPBACK, posture), OWN_REQUEST)
    await scene.thief.study_client()
    request = scene.thief.build_authorization_request()

    scene.hear(scene.to_thief(await scene.world.sign_in(scene.victim, request)))
    code = await scene.thief.receive_code()
    await scene.thief.use(await scene.thief.redeem(code, scene.thief.own_verifier()))

    robbed = [] if posture.confidential else [scene.world.target.victim.subject]
    assert scene.subjects_read == robbed


async def test_the_own_request_differs_from_the_client_s_in_its_challenge_only() -> None:
    scene = Scene(Key(LOOPBACK, S256), OWN_REQUEST)
    await scene.thief.study_client()

    url = httpx.URL(scene.thief.build_authorization_request())

    (studied,) = scene.thiefs("/pkcepublics256")
    assert studied.response is not None
    honest = httpx.URL(studied.response.header("location"))
    assert url.copy_with(query=None) == honest.copy_with(query=None)
    assert {k for k in honest.params if url.params.get(k) != honest.params[k]} == {"code_challenge"}
    verifier = scene.thief.own_verifier()
    assert verifier is not None
    assert url.params["code_challenge"] == s256(verifier.value)


async def test_a_method_left_out_is_plain() -> None:
    def start(request: Request) -> RedirectResponse:
        query = urlencode({"response_type": "code", "code_challenge": "c" * 43})
        return RedirectResponse(f"https://{PROVIDER_HOST}/demo/authorize?{query}")

    variant = Starlette(routes=[Route("/login", start)])
    scene = Scene(Key(LOOPBACK, PLAIN), RESPONSE, variant)

    assert (await scene.thief.fixed_verifier()).value == "c" * 43
    url = httpx.URL(scene.thief.build_authorization_request())
    own = scene.thief.own_verifier()
    assert own is not None
    assert url.params["code_challenge"] == own.value != "c" * 43


async def test_who_chose_no_challenge_has_no_verifier() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE), OWN_REQUEST)
    await scene.thief.study_client()
    scene.thief.build_authorization_request()

    assert scene.thief.own_verifier() is None
