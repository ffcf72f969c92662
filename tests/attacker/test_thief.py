"""The thief at the real client and the real provider; it hears of exchanges one by one."""

import json
from collections.abc import Mapping
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from attacker import loot as loot_module
from attacker.loot import NothingCapturedError
from attacker.own_client import OwnClient
from attacker.token_request import Bent, identified
from attacker.vantage import (
    ALTERED_REQUEST,
    OWN_REQUEST,
    OWN_SERVER,
    REQUEST_AND_RESPONSE,
    RESPONSE,
    RESPONSE_AND_APP,
    TOKEN_REQUESTS,
    TOKEN_RESPONSES,
    WHOLE_REDIRECT,
    Leg,
    Vantage,
)
from attacker.wiretap import Medium
from reports.records import Exchange, Handover, HttpRequest, HttpResponse
from scenarios.channels import CUSTOM_SCHEME, LOOPBACK, PLAINTEXT, Channel
from scenarios.hosts import PROVIDER_HOST
from scenarios.postures import CONFIDENTIAL_NO_PKCE, NO_PKCE, PLAIN, POSTURES, S256, Posture
from scenarios.target import Key
from tests.attacker.scene import Scene
from victim.identity_provider.pkce import s256

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seen", [False, True], ids=["response only", "request too"])
@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
async def test_a_stolen_code_opens_the_data_unless_something_binds_it(
    posture: Posture, seen: bool
) -> None:
    scene = Scene(Key(LOOPBACK, posture), REQUEST_AND_RESPONSE if seen else RESPONSE)
    await scene.redirect_goes_astray()
    scene.request_was_seen()

    code = await scene.thief.receive_code()
    token = await scene.thief.redeem(code, scene.thief.verifiers.best_guess())
    await scene.thief.use(token)

    robbed = posture is NO_PKCE or (posture is PLAIN and seen)
    assert (token is not None) is robbed
    assert scene.subjects_read == ([scene.world.target.people.victim.subject] if robbed else [])


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
    assert scene.thief.verifiers.best_guess() is None
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
    handover = Handover(
        "h1", "p1", "", "honest-app", "malicious-app", Medium.PROCESS_ARGUMENTS, request, "of sh"
    )
    everything: list[Exchange | Handover] = [*scene.world.exchanges, handover]

    for seed in range(5):
        Random(seed).shuffle(everything)
        for record in everything:
            if isinstance(record, Handover):
                scene.thief.overhear(record)
            else:
                scene.thief.witness(record)

    legs = {Leg.AUTHORIZATION_RESPONSE, Leg.AUTHORIZATION_REQUEST} & vantage.legs
    assert {item.leg for item in scene.recorded} == legs
    challenge = parse_qs(urlsplit(request).query)["code_challenge"][0]
    known = {item.value for item in scene.recorded}
    assert (challenge in known) is vantage.sees(Leg.AUTHORIZATION_REQUEST)
    assert not unheard & {item.seen_in for item in scene.recorded}


@pytest.mark.parametrize("posture", POSTURES, ids=lambda posture: posture.id)
async def test_pkce_does_not_protect_a_flow_that_the_thief_started(posture: Posture) -> None:
    scene = Scene(Key(LOOPBACK, posture), OWN_REQUEST)
    await scene.thief.study_client()
    request = scene.thief.build_authorization_request()

    scene.hear(scene.to_thief(await scene.world.sign_in(scene.victim, request)))
    code = await scene.thief.receive_code()
    await scene.thief.use(await scene.thief.redeem(code, scene.thief.verifiers.own()))

    robbed = [] if posture.confidential else [scene.world.target.people.victim.subject]
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
    verifier = scene.thief.verifiers.own()
    assert verifier is not None
    assert url.params["code_challenge"] == s256(verifier.value)
    assert (verifier.leg, verifier.seen_in) == (Leg.OWN, studied.id)


async def test_an_own_request_is_bent_as_the_attack_wants_it() -> None:
    scene = Scene(Key(LOOPBACK, S256), OWN_REQUEST)
    await scene.thief.study_client()

    url = httpx.URL(
        scene.thief.build_authorization_request(
            [("state", "second")], code_challenge=None, redirect_uri="https://evil.test"
        )
    )

    assert "code_challenge" not in url.params
    assert url.params["redirect_uri"] == "https://evil.test"
    assert url.params.get_list("state")[1:] == ["second"]
    built = scene.recorded[-1]
    assert (built.kind, built.value, built.leg) == ("authorization_request", str(url), Leg.OWN)


async def test_a_token_request_is_bent_as_the_attack_wants_it() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()

    bent = Bent(changes={"redirect_uri": "https://evil.test"}, query={"a": "b"})
    assert await scene.thief.redeem(await scene.thief.receive_code(), bent=bent) is None

    request = next(e.request for e in scene.world.exchanges if "/token" in e.request.url)
    assert request.form["redirect_uri"] == "https://evil.test"
    assert request.query == {"a": "b"}


async def test_verifiers_are_tried_in_turn_until_one_fits_and_no_further() -> None:
    scene = Scene(Key(LOOPBACK, S256), OWN_REQUEST)
    await scene.thief.study_client()
    request = scene.thief.build_authorization_request()
    scene.hear(scene.to_thief(await scene.world.sign_in(scene.victim, request)))
    own = scene.thief.verifiers.own()
    assert own is not None
    wrong = [scene.thief.make_up("code_verifier", letter * 43) for letter in "xyz"]

    code = await scene.thief.receive_code()
    token = await scene.thief.try_each(code, [*wrong[:2], own, wrong[2]])

    tried = [exchange.request.form["code_verifier"] for exchange in scene.thiefs("/demo/token")]
    assert tried == ["x" * 43, "y" * 43, own.value]
    assert token == scene.thief.loot.find("access_token", Leg.OWN)


async def test_where_every_verifier_is_refused_there_is_no_token() -> None:
    scene = Scene(Key(LOOPBACK, S256))
    await scene.redirect_goes_astray()
    wrong = [scene.thief.make_up("code_verifier", letter * 43) for letter in "xy"]

    assert await scene.thief.try_each(await scene.thief.receive_code(), wrong) is None

    assert len(scene.thiefs("/demo/token")) == 2


async def test_who_has_no_verifier_to_try_does_without_one() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()

    assert await scene.thief.try_each(await scene.thief.receive_code(), []) is not None

    (redemption,) = scene.thiefs("/demo/token")
    assert "code_verifier" not in redemption.request.form


async def test_nothing_is_done_with_what_was_not_captured() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))

    assert await scene.thief.redeem(None) is None
    assert await scene.thief.try_each(None, []) is None
    assert await scene.thief.refresh(None) is None
    await scene.thief.use(None)
    assert scene.thief.catch() is None

    assert scene.world.exchanges == []


async def test_a_stolen_token_in_the_url_opens_nothing_at_a_server_that_reads_headers() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()
    token = await scene.thief.redeem(await scene.thief.receive_code())

    await scene.thief.use(token, in_url=True)

    (look,) = scene.thiefs("/demo/userinfo")
    assert token is not None
    assert look.request.query == {"access_token": token.value}
    assert look.request.header("authorization") == ""
    assert look.response is not None
    assert look.response.status == 401


async def test_a_refresh_token_is_used_in_the_client_s_name() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    token = scene.thief.make_up("refresh_token", "stolen")

    assert await scene.thief.refresh(token) is None

    (asked,) = scene.thiefs("/demo/token")
    assert asked.request.form == {
        "grant_type": "refresh_token",
        "refresh_token": "stolen",
        "client_id": scene.thief.loot.need("client_id", Leg.OWN).value,
    }


def carries(form: Mapping[str, str], bent: Bent) -> bool:
    return all(form.get(name) == value for name, value in bent.changes.items())


@pytest.mark.parametrize("in_header", [True, False], ids=["header", "form"])
async def test_a_secret_that_has_leaked_comes_with_every_request_of_the_client_s(
    in_header: bool,
) -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    await scene.redirect_goes_astray()
    honest = scene.world.target.endpoint(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    assert honest.client_secret is not None

    scene.thief.secret_in_header = in_header
    scene.thief.holds_secret(honest.client_id, honest.client_secret)
    await scene.thief.use(await scene.thief.redeem(await scene.thief.receive_code()))
    await scene.thief.refresh(scene.thief.make_up("refresh_token", "stolen"))

    redemption, refresh = scene.thiefs("/demo/token")
    expected = identified(honest.client_id, honest.client_secret, in_header)
    for asked in (redemption, refresh):
        assert carries(asked.request.form, expected)
        assert asked.request.header("authorization") == expected.headers.get("Authorization", "")
    assert scene.subjects_read == [scene.world.target.people.victim.subject]
    assert "client_secret" in {item.kind for item in scene.recorded}


@pytest.mark.parametrize("in_header", [True, False], ids=["header", "form"])
async def test_who_poses_as_a_client_shows_a_secret_as_that_does(in_header: bool) -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    await scene.redirect_goes_astray()
    await scene.thief.study_client()
    scene.thief.secret_in_header = in_header

    posing = scene.thief.posing_with("letmein")
    assert await scene.thief.redeem(scene.thief.catch(), bent=posing) is None

    client_id = scene.thief.loot.need("client_id", Leg.OWN).value
    (asked,) = scene.thiefs("/demo/token")
    expected = identified(client_id, "letmein", in_header)
    assert carries(asked.request.form, expected)
    assert asked.request.header("authorization") == expected.headers.get("Authorization", "")
    assert "letmein" in {item.value for item in scene.recorded}


async def test_without_the_secret_the_same_code_is_refused() -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    await scene.redirect_goes_astray()

    assert await scene.thief.redeem(await scene.thief.receive_code()) is None


@pytest.mark.parametrize("secret", [None, "its-own"], ids=["without", "with its own"])
async def test_another_client_never_brings_the_secret_that_has_leaked(secret: str | None) -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    await scene.redirect_goes_astray()
    own = OwnClient("torch", "https://torch.thief.test/callback", secret)

    for in_header in (True, False):
        scene.thief.secret_in_header = in_header
        scene.thief.holds_secret("contoso", "the-client-s")
        await scene.thief.redeem(scene.thief.catch(), bent=own.as_itself())
        await scene.thief.refresh(scene.thief.make_up("refresh_token", "r"), own.as_itself())

    requests = [asked.request for asked in scene.thiefs("/demo/token")]
    assert len(requests) == 4
    for request in requests:
        assert request.form["client_id"] == "torch"
        assert request.form.get("client_secret") == secret
        assert request.header("authorization") == ""


async def test_a_secret_that_an_attack_leaves_out_stays_out() -> None:
    scene = Scene(Key(LOOPBACK, CONFIDENTIAL_NO_PKCE))
    await scene.redirect_goes_astray()
    scene.thief.holds_secret("contoso", "the-client-s")

    await scene.thief.redeem(scene.thief.catch(), bent=Bent({"client_secret": None}))

    (asked,) = scene.thiefs("/demo/token")
    assert "client_secret" not in asked.request.form


async def test_what_a_provider_publishes_need_not_be_looked_up() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    await scene.redirect_goes_astray()
    issuer = f"https://{PROVIDER_HOST}/demo"
    known = {"token_endpoint": f"{issuer}/token", "userinfo_endpoint": f"{issuer}/userinfo"}
    scene.thief.metadata = known

    await scene.thief.use(await scene.thief.redeem(await scene.thief.receive_code()))

    assert scene.thiefs("/demo/.well-known/openid-configuration") == []
    assert scene.thief.metadata is known
    assert scene.subjects_read == [scene.world.target.people.victim.subject]


async def test_for_a_refresh_token_it_asks_as_the_provider_wants_to_be_asked() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))
    with pytest.raises(NothingCapturedError, match="not studied"):
        scene.thief.lasting()
    await scene.thief.study_client()

    assert "offline_access" in scene.thief.metadata["scopes_supported"]
    assert scene.thief.lasting() == {"scope": "openid profile offline_access", "prompt": "consent"}
    for metadata in ({}, {"scopes_supported": ["openid"]}):
        scene.thief.metadata = metadata
        assert scene.thief.lasting() == {"scope": "openid profile"}


async def test_what_is_made_up_is_called_so() -> None:
    scene = Scene(Key(LOOPBACK, NO_PKCE))

    item = scene.thief.make_up("code_verifier", "x" * 43)

    assert (item.kind, item.value, item.leg, item.where) == (
        "code_verifier",
        "x" * 43,
        Leg.OWN,
        "made up",
    )
    assert scene.recorded == [item]


@pytest.mark.parametrize(
    ("vantage", "medium", "content", "caught"),
    [
        (RESPONSE, Medium.ACCESS_LOG, 'a.test "GET /cb?code=c HTTP/1.1" "" "session=s"', {"code"}),
        (
            WHOLE_REDIRECT,
            Medium.ACCESS_LOG,
            'a.test "GET /cb?code=c HTTP/1.1" "" "session=s"',
            {"code", "cookie"},
        ),
        (
            TOKEN_REQUESTS,
            Medium.TOKEN_REQUEST_LOG,
            "code=c&code_verifier=v",
            {"code", "code_verifier"},
        ),
        (TOKEN_RESPONSES, Medium.TOKEN_RESPONSE_LOG, '{"access_token": "t"}', {"access_token"}),
        (TOKEN_RESPONSES, Medium.TOKEN_REQUEST_LOG, "code=c&code_verifier=v", set()),
        (TOKEN_REQUESTS, Medium.TOKEN_RESPONSE_LOG, '{"access_token": "t"}', set()),
        (RESPONSE, Medium.TOKEN_REQUEST_LOG, "code=c&code_verifier=v", set()),
    ],
)
async def test_of_a_log_a_thief_keeps_what_its_vantage_reads(
    vantage: Vantage, medium: Medium, content: str, caught: set[str]
) -> None:
    scene = Scene(Key(LOOPBACK, S256), vantage)

    scene.thief.overhear(Handover("h1", "p1", "", "client", "thief", medium, content, "leaked"))

    assert {item.kind for item in scene.recorded} == caught
    assert {
        kind for kind in caught if kind != "cookie" and scene.thief.catch(kind) is None
    } == set()


async def test_only_who_stands_in_the_way_alters_a_request() -> None:
    url = f"https://{PROVIDER_HOST}/demo/authorize?response_type=code&code_challenge=c"
    altering, reading = Scene(Key(LOOPBACK, S256), ALTERED_REQUEST), Scene(Key(LOOPBACK, S256))
    for scene in (altering, reading):
        assert scene.thief.alter(url, "e1") == url
        scene.thief.change = lambda asked: {"response_type": asked["response_type"]}

    altered = altering.thief.alter(url, "e1")

    assert altered == f"https://{PROVIDER_HOST}/demo/authorize?response_type=code"
    assert reading.thief.alter(url, "e1") == url
    assert [(item.kind, item.value, item.seen_in) for item in altering.recorded] == [
        ("authorization_request", altered, "e1")
    ]
    assert reading.recorded == []


async def test_a_user_is_sent_on_in_the_client_s_name_with_what_else_the_client_asked() -> None:
    scene = Scene(Key(LOOPBACK, S256), OWN_SERVER)
    asked = {"client_id": "at-the-thief", "state": "s1", "code_challenge": "c", "scope": "openid"}
    with pytest.raises(NothingCapturedError, match="not studied"):
        scene.thief.send_on(asked)
    await scene.thief.study_client()

    url = httpx.URL(scene.thief.send_on(asked))

    honest = scene.world.target.endpoint(Key(LOOPBACK, S256)).client_id
    assert str(url.copy_with(query=None)) == f"https://{PROVIDER_HOST}/demo/authorize"
    assert dict(url.params) == {**asked, "client_id": honest}
    written = scene.recorded[-1]
    assert (written.kind, written.value, written.leg) == (
        "authorization_request",
        str(url),
        Leg.OWN,
    )
