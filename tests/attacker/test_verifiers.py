"""Where the thief finds the verifier of a stolen code, at clients of every make."""

import base64
import io
import json
import re
import secrets
import time
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from attacker.loot import LootBag, Sighting
from attacker.vantage import (
    BOTH_AND_APP,
    OWN_REQUEST,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    RESPONSE_AND_REFERRER,
    WHOLE_REDIRECT,
    Leg,
    Vantage,
)
from attacker.verifiers import Verifiers
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK
from scenarios.hosts import PROVIDER_HOST
from scenarios.postures import CONFIDENTIAL_S256, NO_PKCE, PLAIN, S256, Posture
from scenarios.target import Key
from tests.attacker.scene import Scene
from tests.world import World
from victim.client import Habits
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.guessable import verifier_at
from victim.client.package import application_package
from victim.identity_provider.pkce import s256

pytestmark = pytest.mark.anyio


async def test_the_guess_is_the_challenge_of_the_flow_whose_code_was_stolen() -> None:
    scene = Scene(Key(LOOPBACK, PLAIN), REQUEST_AND_RESPONSE)
    await scene.redirect_goes_astray()
    scene.request_was_seen()
    # Another login starts before the thief looks: the user clicked twice.
    again = await scene.victim.get(scene.entry)
    scene.hear(scene.to_thief(scene.entry, again.headers["location"]))

    guess = scene.thief.verifiers.best_guess()

    assert guess is not None
    assert await scene.thief.redeem(await scene.thief.receive_code(), guess) is not None


async def test_a_request_of_some_other_flow_is_no_guess_at_all() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE), REQUEST_AND_RESPONSE)
    await scene.redirect_goes_astray()
    other = "https://login.idp.test/demo/authorize?response_type=code&state=s&code_challenge=c"
    scene.hear(scene.to_thief(scene.entry, other))

    assert scene.thief.verifiers.best_guess() is None


async def test_without_a_state_to_go_by_the_newest_request_is_guessed() -> None:
    scene = Scene(Key(LOOPBACK, PLAIN), REQUEST_AND_RESPONSE)
    scene.hear(scene.to_thief(scene.entry, "https://idp.test/?response_type=code&code_challenge=c"))
    scene.hear(scene.to_thief("http://localhost/cb?code=the-code"))

    guess = scene.thief.verifiers.best_guess()

    assert guess is not None
    assert (guess.value, guess.leg) == ("c", Leg.AUTHORIZATION_REQUEST)


async def test_the_request_may_be_told_by_the_page_that_asked_for_consent() -> None:
    scene = Scene(Key(LOOPBACK, PLAIN), RESPONSE_AND_REFERRER)
    request = {"response_type": "code", "code_challenge": "c"}
    scene.thief.loot.show(Sighting(Leg.REFERRER, "e1", "the Referer", "", request))

    guess = scene.thief.verifiers.best_guess()

    assert guess is not None
    assert (guess.value, guess.leg) == ("c", Leg.REFERRER)


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

    verifier = await scene.thief.verifiers.from_state()
    assert verifier is not None
    token = await scene.thief.redeem(await scene.thief.receive_code(), verifier)

    assert token is not None
    assert verifier.leg is Leg.AUTHORIZATION_RESPONSE
    assert verifier.where.startswith("state of the victim's redirect > ")


async def test_the_client_of_the_article_gives_its_verifier_away_but_its_secret_holds() -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_S256.having("verifier_in_state")))
    redirect = await scene.redirect_goes_astray()

    verifier = await scene.thief.verifiers.from_state()

    assert verifier is not None
    carried = json.loads(base64.urlsafe_b64decode(dict(parse_qsl(redirect))["state"] + "=="))
    assert verifier.value == carried["code_verifier"]
    assert await scene.thief.redeem(await scene.thief.receive_code(), verifier) is None


async def test_an_opaque_state_proves_nothing() -> None:
    scene = Scene(Key(LOOPBACK, S256))
    await scene.redirect_goes_astray()

    assert await scene.thief.verifiers.from_state() is None


async def test_a_victim_whose_state_is_built_otherwise_is_not_guessed_at() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_state")))
    scene.hear(scene.to_thief("http://localhost:5218/cb?code=c&state=opaque"))

    assert await scene.thief.verifiers.from_state() is None


async def test_where_no_redirect_was_captured_no_state_is_read() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_state")))
    await scene.victim_signs_in()

    assert await scene.thief.verifiers.from_state() is None


async def test_a_client_without_pkce_has_no_verifier_to_find() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))

    assert await scene.thief.verifiers.from_state() is None


@pytest.mark.parametrize("posture", [PLAIN, S256], ids=lambda posture: posture.id)
async def test_one_copy_of_the_client_gives_every_user_s_verifier_away(posture: Posture) -> None:
    scene = Scene(Key(CUSTOM_SCHEME, posture.having("verifier_fixed")), RESPONSE_AND_APP)
    verifier = await scene.thief.verifiers.fixed()
    assert verifier is not None
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

    assert await scene.thief.verifiers.fixed() is None
    assert not scene.thiefs(f"{urlsplit(scene.entry).path}/package.zip")


@pytest.mark.parametrize("posture", [PLAIN, S256], ids=lambda posture: posture.id)
async def test_a_challenge_that_changes_is_not_fixed(posture: Posture) -> None:
    scene = Scene(Key(CUSTOM_SCHEME, posture), RESPONSE_AND_APP)

    assert await scene.thief.verifiers.fixed() is None


async def test_without_pkce_nothing_is_fixed_either() -> None:
    scene = Scene(Key(CUSTOM_SCHEME, NO_PKCE), RESPONSE_AND_APP)

    assert await scene.thief.verifiers.fixed() is None


async def test_a_method_left_out_is_plain() -> None:
    def start(request: Request) -> RedirectResponse:
        query = urlencode({"response_type": "code", "code_challenge": "c" * 43})
        return RedirectResponse(f"https://{PROVIDER_HOST}/demo/authorize?{query}")

    variant = Starlette(routes=[Route("/login", start)])
    scene = Scene(Key(LOOPBACK, PLAIN), RESPONSE, variant)

    fixed = await scene.thief.verifiers.fixed()
    assert fixed is not None
    assert fixed.value == "c" * 43
    url = httpx.URL(scene.thief.build_authorization_request())
    own = scene.thief.verifiers.own()
    assert own is not None
    assert url.params["code_challenge"] == own.value != "c" * 43


async def test_who_chose_no_challenge_has_no_verifier() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE), OWN_REQUEST)
    await scene.thief.study_client()
    scene.thief.build_authorization_request()

    assert scene.thief.verifiers.own() is None


@pytest.mark.parametrize("posture", [NO_PKCE, PLAIN, S256], ids=lambda posture: posture.id)
async def test_who_writes_the_request_may_choose_s256_whatever_the_client_does(
    posture: Posture,
) -> None:
    scene = Scene(Key(LOOPBACK, posture), OWN_REQUEST)

    challenges = [await scene.thief.verifiers.choose() for _ in range(2)]

    own = scene.thief.verifiers.own()
    assert own is not None
    assert s256(own.value) == challenges[1] != challenges[0]
    (studied,) = scene.thiefs(urlsplit(scene.entry).path)
    assert (own.leg, own.seen_in, own.where) == (Leg.OWN, studied.id, "chosen by itself")


@pytest.mark.parametrize("verifier", ["x", "!" * 43, "x" * 129])
async def test_a_verifier_that_is_chosen_may_break_the_rules(verifier: str) -> None:
    scene = Scene(Key(LOOPBACK, S256), OWN_REQUEST)

    challenge = await scene.thief.verifiers.choose(verifier)

    own = scene.thief.verifiers.own()
    assert own is not None
    assert own.value == verifier
    assert challenge == s256(verifier)


async def test_a_made_up_verifier_is_a_good_one_that_opens_nothing() -> None:
    scene = Scene(Key(LOOPBACK, S256))
    await scene.redirect_goes_astray()

    made_up, another = [await scene.thief.verifiers.made_up() for _ in range(2)]

    assert re.fullmatch(r"[A-Za-z0-9._~-]{43}", made_up.value)
    assert made_up.value != another.value
    assert (made_up.kind, made_up.leg, made_up.where) == ("code_verifier", Leg.OWN, "made up")
    assert await scene.thief.redeem(await scene.thief.receive_code(), made_up) is None
    assert scene.thief.verifiers.own() is None, "there is no challenge that it belongs to"


EVERYTHING = Vantage("all of it", frozenset(Leg))


def redirect_with(scene: Scene, cookies: str) -> None:
    """The thief is shown the cookies of the victim's redirect."""
    found = Sighting(Leg.REDIRECT_COOKIES, "h1", "a log", cookies, {"cookie": cookies})
    scene.thief.loot.show(found)


async def test_a_verifier_in_a_cookie_comes_with_the_redirect() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_cookie")), EVERYTHING)
    redirect = await scene.redirect_goes_astray()
    scene.request_was_seen()
    redirect_with(scene, scene.victim.build_request("GET", redirect).headers["cookie"])

    verifier = await scene.thief.verifiers.from_cookies()

    assert verifier is not None
    assert (verifier.leg, verifier.seen_in) == (Leg.REDIRECT_COOKIES, "h1")
    assert await scene.thief.redeem(await scene.thief.receive_code(), verifier) is not None


async def test_who_saw_no_request_takes_the_first_cookie_that_could_be_a_verifier() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_cookie")), WHOLE_REDIRECT)
    redirect = await scene.redirect_goes_astray()
    redirect_with(scene, scene.victim.build_request("GET", redirect).headers["cookie"])

    verifier = await scene.thief.verifiers.from_cookies()

    assert verifier is not None
    assert "guessed" in verifier.where
    assert await scene.thief.redeem(await scene.thief.receive_code(), verifier) is not None


@pytest.mark.parametrize(
    "cookies", ["", "s=short", f"{'n' * 50}=s", f"s={'x' * 129}", f"s={'!' * 43}"]
)
async def test_a_cookie_that_could_be_no_verifier_is_none(cookies: str) -> None:
    scene = Scene(Key(LOOPBACK, S256), WHOLE_REDIRECT)
    redirect_with(scene, cookies)

    assert await scene.thief.verifiers.from_cookies() is None


async def test_a_cookie_that_does_not_fit_the_challenge_is_no_verifier() -> None:
    scene = Scene(Key(LOOPBACK, S256), EVERYTHING)
    await scene.redirect_goes_astray()
    scene.request_was_seen()
    redirect_with(scene, f"another={'x' * 43}")

    assert await scene.thief.verifiers.from_cookies() is None


async def test_who_reads_no_cookies_has_none_to_look_into() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_in_cookie")), RESPONSE)
    redirect_with(scene, f"contoso_verifier={'x' * 43}")

    assert await scene.thief.verifiers.from_cookies() is None


@pytest.mark.parametrize("habit", ["verifier_guessable", "verifier_fixed"])
async def test_a_copy_of_the_client_computes_the_verifier_of_a_challenge_that_was_seen(
    habit: str,
) -> None:
    scene = Scene(Key(LOOPBACK, S256.having(habit)), BOTH_AND_APP)
    await scene.redirect_goes_astray()
    scene.request_was_seen()

    verifier = await scene.thief.verifiers.computed()

    assert verifier is not None
    assert verifier.where.startswith("computed: contoso/")
    assert await scene.thief.redeem(await scene.thief.receive_code(), verifier) is not None


async def test_a_copy_of_a_model_client_computes_nothing() -> None:
    scene = Scene(Key(LOOPBACK, S256), BOTH_AND_APP)
    await scene.redirect_goes_astray()
    scene.request_was_seen()

    assert await scene.thief.verifiers.computed() is None


async def test_without_a_challenge_to_try_them_on_the_copy_stays_unopened() -> None:
    scene = Scene(Key(LOOPBACK, S256.having("verifier_guessable")), RESPONSE_AND_APP)
    await scene.redirect_goes_astray()
    scene.request_was_seen()

    assert await scene.thief.verifiers.computed() is None
    assert not scene.thiefs(f"{urlsplit(scene.entry).path}/package.zip")


async def test_of_verifiers_by_the_clock_the_newest_are_guessed_and_the_oldest_first() -> None:
    package = application_package(Habits(verifier_guessable=True))
    assert package is not None
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    own = Sighting(Leg.OWN, "e1", "its own login", "", {"code_challenge": "c" * 43})

    async def login() -> Sighting:
        return own

    async def unpack() -> tuple[str, dict[str, bytes]]:
        return "e2", files

    loot = LootBag(RESPONSE_AND_APP, lambda item: None)
    before = int(time.time())
    guesses = await Verifiers(loot, login, login, unpack).made_by_app()

    values = [guess.value for guess in guesses]
    assert len(values) == 21
    assert values.index(verifier_at(before)) >= 18, "so that some wrong ones come before it"
