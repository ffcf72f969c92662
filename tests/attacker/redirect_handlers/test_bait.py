import httpx
import pytest

from attacker.own_pages import bait_around
from attacker.redirect_handlers import bait
from attacker.redirect_handlers.web_site import ADDRESS, web_site_app
from victim.sign_in.live_page import Spot

pytestmark = pytest.mark.anyio

SPOT = Spot(13.5, 700, 800, 900)


async def load(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(web_site_app())
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as http:
        return await http.get(path)


async def test_the_page_frames_what_its_address_names_and_nobody_sees_it() -> None:
    page = (await load(bait_around("https://idp.test/?a=b&c=d", SPOT))).text

    assert '<iframe src="https://idp.test/?a=b&amp;c=d">' in page
    assert "opacity: 0" in page
    assert "left: calc(400px - 13.5px)" in page
    assert "top: calc(230px - 700.0px)" in page
    assert "width: 800.0px; height: 900.0px" in page


async def test_the_address_that_it_names_stays_an_address() -> None:
    page = (await load(bait_around('"><script>alert(1)</script>', SPOT))).text

    assert "alert" in page
    assert "<script>alert" not in page


async def test_it_reports_that_the_focus_went_to_the_frame_and_each_time_anew() -> None:
    page, report = await load(bait.PATH), await load(bait.CLICKED)

    assert f'onblur = () => {{ new Image().src = "{bait.CLICKED}" }}' in page.text
    assert (report.status_code, report.headers["cache-control"]) == (200, "no-store")
