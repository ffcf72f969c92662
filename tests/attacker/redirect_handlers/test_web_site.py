import httpx
import pytest

from attacker.redirect_handlers.web_site import ADDRESS, CARRIER, web_site_app

pytestmark = pytest.mark.anyio


async def load(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(web_site_app())
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as http:
        return await http.get(path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/badge.svg", "image/svg+xml"), ("/counter.js", "text/javascript")],
)
async def test_what_others_put_on_their_pages_is_there_and_is_asked_for_each_time(
    path: str, kind: str
) -> None:
    answer = await load(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-store"


async def test_the_script_reports_the_address_of_the_page_to_the_site_itself() -> None:
    script = (await load("/counter.js")).text

    assert f'"{ADDRESS}/seen?{CARRIER}=" + encodeURIComponent(location.href)' in script
    assert (await load(f"/seen?{CARRIER}=x")).status_code == 200


async def test_its_own_page_runs_the_script() -> None:
    assert '<script src="/counter.js">' in (await load("/")).text
