"""What a thief finds in its copy of the app, at the real client."""

import pytest

from attacker.vantage import OWN_REQUEST, OWN_REQUEST_AND_APP, Leg, Vantage
from scenarios.channels import ACCESS_LOG
from scenarios.postures import Posture, hardened
from scenarios.target import Key
from scenarios.weaknesses import weakened
from tests.attacker.scene import Scene
from victim.identity_provider import ClientType

pytestmark = pytest.mark.anyio

HARDENED = hardened(ClientType.CONFIDENTIAL)
SECRET_IN_APP = weakened(["secret_in_app"], ClientType.CONFIDENTIAL)


def scene(posture: Posture, vantage: Vantage = OWN_REQUEST_AND_APP) -> Scene:
    return Scene(Key(ACCESS_LOG, posture), vantage)


async def test_the_secret_of_an_app_that_holds_it_is_loot_from_there() -> None:
    played = scene(SECRET_IN_APP)

    found = await played.thief.app.secret()

    assert found is not None
    assert found.value == played.world.target.endpoint(Key(ACCESS_LOG, SECRET_IN_APP)).client_secret
    assert (found.kind, found.leg, found.where) == (
        "client_secret",
        Leg.OWN,
        "contoso/settings.pyc, CLIENT_SECRET",
    )
    assert found.seen_in == played.thief.own_exchange


async def test_there_is_none_where_the_app_holds_none() -> None:
    assert await scene(HARDENED).thief.app.secret() is None
    assert await scene(weakened(["verifier_fixed"], ClientType.PUBLIC)).thief.app.secret() is None


async def test_who_has_no_copy_of_the_app_unpacks_nothing() -> None:
    played = scene(SECRET_IN_APP, OWN_REQUEST)

    assert await played.thief.app.unpack() == ("", {})
    assert played.thief.own_exchange == ""
