import httpx
import pytest

from attacker.redirect_handlers.collector import PATH, collector_app

pytestmark = pytest.mark.anyio


async def answer(method: str, path: str, body: bytes = b"") -> int:
    transport = httpx.ASGITransport(collector_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://c.test") as http:
        return (await http.request(method, path, content=body)).status_code


async def test_a_catch_is_accepted_whatever_it_is() -> None:
    assert await answer("POST", PATH, b'{"url": "com.contoso.demo:/cb?code=c"}') == 204
    assert await answer("POST", PATH, b"\xff" * 100_000) == 204


async def test_whoever_is_sent_elsewhere_sees_an_ordinary_page() -> None:
    assert await answer("GET", "/access-log/cb?code=c") == 200
    assert await answer("GET", PATH) == 200
    assert await answer("POST", "/") == 200
