import httpx
import pytest

from attacker.own_pages import bait_around, intruder_with, opener_of
from attacker.redirect_handlers.web_site import ADDRESS, CARRIER, web_site_app
from victim.sign_in.live_page import Spot

pytestmark = pytest.mark.anyio


FRAMED = "https://idp.test/?a=b"


@pytest.mark.parametrize("address", [bait_around(FRAMED, Spot(1, 2, 3, 4)), opener_of(FRAMED)])
async def test_the_site_serves_what_victims_are_sent_to(address: str) -> None:
    transport = httpx.ASGITransport(web_site_app())
    async with httpx.AsyncClient(transport=transport) as http:
        answer = await http.get(address)

    assert address.startswith(f"{ADDRESS}/")
    assert answer.status_code == 200
    assert FRAMED in answer.text


def test_a_script_in_pages_of_others_reports_to_the_site_too() -> None:
    assert f'"{ADDRESS}/seen?{CARRIER}="' in intruder_with("https://idp.test/?a=b")
