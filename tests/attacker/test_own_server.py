"""The attacker's own server: sends users on, and keeps clients waiting with their codes."""

import httpx
import pytest

from attacker.loot import LootBag, NothingCapturedError, Sighting
from attacker.own_server import OwnServer, assertion_brought
from attacker.vantage import OWN_SERVER, Leg

pytestmark = pytest.mark.anyio

AT_CLIENT = "https://app.test/login"


def browser() -> httpx.AsyncClient:
    server = OwnServer()
    server.sends_on[AT_CLIENT] = lambda request: f"https://idp.test/?state={request['state']}"
    return httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://thief.test")


async def test_a_user_is_sent_on_with_the_request_of_the_client() -> None:
    answer = await browser().get("/authorize", params={"redirect_uri": AT_CLIENT, "state": "s1"})

    assert answer.status_code == 302
    assert answer.headers["location"] == "https://idp.test/?state=s1"


@pytest.mark.parametrize("path", ["/authorize?redirect_uri=https://other.test", "/authorize"])
async def test_nobody_is_sent_on_from_a_client_that_the_attacker_has_not_studied(path: str) -> None:
    assert (await browser().get(path)).status_code == 400


async def test_a_client_gets_nothing_for_the_code_that_it_brings() -> None:
    answer = await browser().post("/token", data={"code": "c1"})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_what_a_client_has_signed_for_the_server_is_taken_from_its_newest_request() -> None:
    loot = LootBag(OWN_SERVER, lambda item: None)
    with pytest.raises(NothingCapturedError, match="client_assertion"):
        assertion_brought(loot)

    for signed in ("first", "second"):
        said = {"client_assertion": signed, "client_assertion_type": "jwt-bearer", "code": "c1"}
        loot.show(Sighting(Leg.OWN_SERVER, "e1", "a token request", "", said))

    said.pop("code")
    assert assertion_brought(loot) == said
