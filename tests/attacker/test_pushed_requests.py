"""What a thief makes of pushed requests, at the real client and the real provider."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from attacker.loot import NothingCapturedError, Sighting
from attacker.own_client import OWN_CLIENT_ID, OWN_REDIRECT_URI
from attacker.pushed_requests import (
    link_to_own_push,
    link_to_push_as_client,
    request_of_the_victim,
    written_out,
)
from attacker.vantage import OWN_ADDRESS, REQUEST, RESPONSE, Leg
from scenarios.channels import ACCESS_LOG
from scenarios.postures import hardened
from scenarios.target import Key
from tests.attacker.scene import Scene
from victim.identity_provider import ClientType
from victim.identity_provider.pkce import s256

pytestmark = pytest.mark.anyio

PUSHING = Key(ACCESS_LOG, hardened(ClientType.PUBLIC).named("pushed_requests"))
ASKED = "https://idp.test/authorize?client_id=app&request_uri=urn:x"


def kept(scene: Scene) -> list[str]:
    return [item.value for item in scene.recorded if item.kind == "authorization_request"]


def _show_home(scene: Scene) -> str:
    """Where the client has its codes sent, as the end of an own login shows it."""
    home = httpx.URL(scene.entry).copy_with(query=None)
    parameters = {"redirect_uri": str(home)}
    scene.thief.loot.show(Sighting(Leg.OWN, "e1", "an answer", str(home), parameters))
    return str(home)


def sighting(text: str) -> Sighting:
    parameters = dict(parse_qsl(urlsplit(text).query))
    return Sighting(Leg.AUTHORIZATION_REQUEST, "h1", "a log", text, parameters)


async def test_the_link_names_the_honest_client_and_a_request_of_the_thief_s_own_app() -> None:
    scene = Scene(PUSHING, OWN_ADDRESS)

    link = await link_to_own_push(scene.thief)

    honest = scene.world.target.endpoint(PUSHING)
    (push,) = scene.thiefs(urlsplit(honest.provider.pushed_request_endpoint).path)
    verifier = scene.thief.verifiers.own()
    assert push.request.form["client_id"] == OWN_CLIENT_ID
    assert push.request.form["redirect_uri"] == OWN_REDIRECT_URI
    assert verifier is not None
    assert push.request.form["code_challenge"] == s256(verifier.value)
    carried = httpx.URL(link).params
    assert carried.keys() == {"client_id", "request_uri"}
    assert carried["client_id"] == honest.client_id
    assert push.response is not None
    assert carried["request_uri"] in push.response.body
    assert kept(scene) == [link]


async def test_a_provider_that_takes_no_push_leaves_the_thief_without_a_link() -> None:
    scene = Scene(PUSHING, OWN_ADDRESS)
    await scene.thief.study_client()
    scene.thief.metadata["pushed_authorization_request_endpoint"] = scene.thief.metadata[
        "token_endpoint"
    ]

    with pytest.raises(NothingCapturedError, match="took no request"):
        await link_to_own_push(scene.thief)


async def test_anybody_can_push_in_the_name_of_a_public_client() -> None:
    scene = Scene(PUSHING, OWN_ADDRESS)
    honest = scene.world.target.endpoint(PUSHING)
    with pytest.raises(NothingCapturedError, match="redirect_uri"):
        await link_to_push_as_client(scene.thief)
    _show_home(scene)

    link = await link_to_push_as_client(scene.thief)

    (push,) = scene.thiefs(urlsplit(honest.provider.pushed_request_endpoint).path)
    assert push.request.form["client_id"] == httpx.URL(link).params["client_id"] == honest.client_id
    assert push.request.form["redirect_uri"] == honest.redirect_uri


async def test_nobody_can_push_in_the_name_of_a_client_with_a_secret() -> None:
    confidential = hardened(ClientType.CONFIDENTIAL).named("pushed_requests")
    scene = Scene(Key(ACCESS_LOG, confidential), OWN_ADDRESS)
    _show_home(scene)

    with pytest.raises(NothingCapturedError, match="took no request"):
        await link_to_push_as_client(scene.thief)


async def test_a_reference_is_written_out_by_whoever_knows_where_codes_are_sent() -> None:
    scene = Scene(PUSHING)
    await scene.thief.study_client()
    with pytest.raises(NothingCapturedError, match="redirect_uri"):
        written_out(scene.thief)
    home = _show_home(scene)

    url = scene.thief.build_authorization_request((), **written_out(scene.thief))

    asked = httpx.URL(url).params
    assert asked.keys() == {"client_id", "response_type", "redirect_uri", "scope"}
    assert asked["redirect_uri"] == home


async def test_the_victim_s_request_is_the_newest_that_was_seen() -> None:
    scene = Scene(PUSHING, REQUEST)
    scene.thief.loot.show(sighting(f"{ASKED}1"))
    scene.thief.loot.show(sighting(f"{ASKED}2"))

    assert request_of_the_victim(scene.thief).value == f"{ASKED}2"
    assert kept(scene) == [f"{ASKED}2"]


async def test_who_sees_no_request_has_none() -> None:
    scene = Scene(PUSHING, RESPONSE)
    scene.thief.loot.show(sighting(ASKED))

    with pytest.raises(NothingCapturedError, match="never saw an authorization request"):
        request_of_the_victim(scene.thief)
