"""Servers at which a script makes every page, also for those who are signed in."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.judgement.judge import judge
from reports.records import Exchange, Observation
from scenarios.assessment.planning import assessed
from scenarios.assessment.preflight import Preflight
from scenarios.real import RealSite
from scenarios.stage.browser import Browser
from scenarios.target import InBrowser
from tests.scenarios.assessed import looked_at, played
from tests.scenarios.foreign import LIKE_OTHERS, foreign

pytestmark = [pytest.mark.stage, pytest.mark.long, pytest.mark.timeout(300)]

_SEEN = "shown"
_PAGE = """<!doctype html><title>Contoso</title><body><script>
  document.body.innerHTML = {page};
</script>"""
_ONWARD = """<!doctype html><title>Contoso</title><body><script>
  const next = document.createElement("button");
  next.innerText = "Continue";
  next.onclick = () => location.assign({there});
  document.body.append(next);
</script>"""


def made_by_scripts(app: ASGIApp) -> ASGIApp:
    """The same server, but that nobody sees anything there without a script.

    It answers no authorization request before its own page has sent that on.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True)
        is_request = scope.get("path", "").endswith("/authorize") and scope["method"] == "GET"
        if is_request and (_SEEN, "1") not in query:
            there = f"?{urlencode([*query, (_SEEN, '1')])}"
            page = HTMLResponse(_ONWARD.format(there=_in_script(there)))
            await page(scope, receive, send)
            return
        asked = urlencode([each for each in query if each[0] != _SEEN]).encode()
        await _scripted(app, {**scope, "query_string": asked}, receive, send)

    return answer


async def _scripted(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    start: Message = {}
    body = b""

    async def hold(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
            return
        body += message.get("body", b"")
        if not message.get("more_body"):
            await _send(start, body, send)

    await app(scope, receive, hold)


async def _send(start: Message, body: bytes, send: Send) -> None:
    headers = dict(start["headers"])
    if start["status"] < 400 and b"text/html" in headers.get(b"content-type", b""):
        body = _PAGE.format(page=_in_script(body.decode())).encode()
        headers[b"content-length"] = str(len(body)).encode()
        del headers[b"content-security-policy"]  # which allows no script
        headers.pop(b"referrer-policy", None)
        cookies = [each for each in start["headers"] if each[0] == b"set-cookie"]
        others = [each for each in headers.items() if each[0] != b"set-cookie"]
        start = {**start, "headers": [*others, *cookies]}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _in_script(text: str) -> str:
    return json.dumps(text).replace("</", "<\\/")


@pytest.fixture(scope="module")
def known(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[RealSite, Preflight]]:
    folder = tmp_path_factory.mktemp("server")
    with foreign(folder, LIKE_OTHERS, made_by_scripts) as server:
        site = server.site()
        yield site, looked_at(folder, browser, site)


def test_everybody_gets_in_and_on(known: tuple[RealSite, Preflight]) -> None:
    _, looked = known

    assert looked.troubles == []
    assert looked.login == InBrowser()


@pytest.mark.long
def test_attacks_are_decided_as_at_any_other_server(
    known: tuple[RealSite, Preflight], browser: Browser, tmp_path: Path
) -> None:
    site, looked = known
    wanted = [
        each
        for each in assessed()
        if each.id in {"stolen-code", "request-without-challenge", "forced-login", "own-flow"}
    ]

    stored = played(tmp_path, browser, site, looked, wanted)

    verdicts = judge(stored).verdicts
    assert {(v.scenario, v.posture): v.reason for v in verdicts if v.gate.name != "MET"} == {}
    assert Observation.ATTACK_BLOCKED in {v.observed for v in verdicts}
    # Codes come to the client by the browser that has its session, and once.
    brought = [
        each.request.url
        for each in stored.of(Exchange)
        if each.destination == "client" and "code=" in each.request.url
    ]
    assert brought
    assert len(brought) == len(set(brought))
