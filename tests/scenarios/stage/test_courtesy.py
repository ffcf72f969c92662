"""The hooks on fixture flows: what is slowed down, named, stopped and heard, and what is not."""

import asyncio
import time
from base64 import b64encode

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from scenarios.stage.courtesy import (
    AccountRefusedError,
    Courtesy,
    HadEnoughError,
    Issued,
    Limits,
)
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.recorder import REASON
from scenarios.stage.scope import Authority

SERVER = Authority("idp.test", 443)
HTML = {"Content-Type": "text/html"}


def flow_to(
    authority: Authority = SERVER, path: bytes = b"/authorize", content: bytes = b"", **headers: str
) -> http.HTTPFlow:
    made = http.Headers([(k.encode(), v.encode()) for k, v in headers.items()])
    request = tutils.treq(path=path, content=content, headers=made, scheme=b"https")
    flow = tflow.tflow(req=request)
    flow.metadata[AUTHORITY] = authority
    return flow


class Heard:
    def __init__(self, limits: Limits | None = None) -> None:
        self.told: list[str] = []
        self.issued: list[Issued] = []
        self.courtesy = Courtesy(
            {SERVER},
            limits or Limits(),
            lambda url: url == "https://idp.test/token",
            self.told.append,
            self.issued.append,
        )

    def sends(self, flow: http.HTTPFlow) -> http.HTTPFlow:
        asyncio.run(self.courtesy.request(flow))
        return flow

    def answers(self, flow: http.HTTPFlow, status: int, body: bytes = b"", **more: str) -> None:
        flow.response = http.Response.make(status, body, more)
        self.courtesy.response(flow)


def test_requests_to_the_server_name_the_tool() -> None:
    heard = Heard()

    named = heard.sends(flow_to(**{"User-Agent": "Mozilla/5.0"})).request.headers["User-Agent"]
    assert named.startswith("Mozilla/5.0 codejack/")
    assert heard.sends(flow_to()).request.headers["User-Agent"].startswith("codejack/")
    assert "User-Agent" not in heard.sends(flow_to(Authority("app", 1))).request.headers


def test_requests_to_the_server_are_spaced_and_others_are_not() -> None:
    heard = Heard(Limits(per_minute=1200))

    async def send(authority: Authority) -> float:
        began = time.monotonic()
        await asyncio.gather(*(heard.courtesy.request(flow_to(authority)) for _ in range(5)))
        return time.monotonic() - began

    assert asyncio.run(send(SERVER)) >= 4 * 0.05
    assert asyncio.run(send(Authority("app", 1))) < 0.05


def test_who_waits_for_a_turn_is_not_sent_once_the_server_has_had_enough() -> None:
    heard = Heard(Limits(per_minute=600))
    first, waiting = flow_to(), flow_to()

    async def send() -> None:
        await heard.courtesy.request(first)
        turn = asyncio.create_task(heard.courtesy.request(waiting))
        await asyncio.sleep(0)
        heard.answers(first, 429)
        await turn

    asyncio.run(send())
    assert not waiting.killable
    assert "429" in waiting.metadata[REASON]


def test_beyond_the_cap_nothing_is_sent_and_nobody_is_answered() -> None:
    heard = Heard(Limits(total=2))
    flows = [heard.sends(flow_to()) for _ in range(3)]

    assert [flow.killable for flow in flows] == [True, True, False]
    assert flows[2].response is None
    assert heard.told == ["the run has sent the 2 requests that are allowed"]
    assert "2 requests" in flows[2].metadata[REASON]
    with pytest.raises(HadEnoughError, match="2 requests"):
        heard.courtesy.check()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (429, b"", {}),
        (429, b"", {"Retry-After": "60"}),
        (423, b"", {}),
        (503, b"", {"Retry-After": "120"}),
        (200, b"<p>Too many failed login attempts</p>", HTML),
        (401, b"<p>Your account is temporarily locked.</p>", HTML),
        (200, b'<div class="g-recaptcha"></div>', HTML),
    ],
)
def test_signs_of_a_lock_out_end_it(status: int, body: bytes, headers: dict[str, str]) -> None:
    heard = Heard()
    heard.answers(heard.sends(flow_to()), status, body, **headers)

    assert len(heard.told) == 1
    assert not heard.sends(flow_to()).killable
    with pytest.raises(HadEnoughError):
        heard.courtesy.check()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, b'{"error": "invalid_grant"}', {}),
        (401, b"", {}),
        (503, b"", {}),
        (200, b"<p>Sign in. Your account: alice. Locked out? Ask us.</p>", HTML),
        (200, b"var captcha = null; // too many attempts", {"Content-Type": "text/javascript"}),
    ],
)
def test_ordinary_answers_do_not(status: int, body: bytes, headers: dict[str, str]) -> None:
    heard = Heard()
    heard.answers(heard.sends(flow_to()), status, body, **headers)
    heard.answers(heard.sends(flow_to(Authority("app", 1))), 429)

    heard.courtesy.check()
    assert heard.told == []


def test_tokens_are_heard_with_the_client_that_asked() -> None:
    heard = Heard()
    tokens = b'{"access_token": "a", "refresh_token": "r"}'
    basic = b64encode(b"web%20app:secret").decode()
    by_form = flow_to(path=b"/token", content=b"client_id=spa&code=c")
    by_header = flow_to(path=b"/token", Authorization=f"Basic {basic}")
    for flow, status in ((by_form, 200), (by_header, 200), (flow_to(path=b"/token"), 400)):
        heard.answers(heard.sends(flow), status, tokens)
    heard.answers(heard.sends(flow_to()), 200, tokens)
    heard.answers(heard.sends(flow_to(path=b"/token")), 200, b"[")

    pairs = [(each.client_id, each.kind, each.token) for each in heard.issued]
    assert pairs == [
        ("spa", "refresh_token", "r"),
        ("spa", "access_token", "a"),
        ("web app", "refresh_token", "r"),
        ("web app", "access_token", "a"),
    ]
    assert "'r'" not in repr(heard.issued[0])


def test_after_a_refused_password_nothing_more_is_sent_to_a_server_of_somebody_else() -> None:
    heard = Heard()
    heard.courtesy.refused("it is wrong")

    with pytest.raises(AccountRefusedError, match="it is wrong"):
        heard.courtesy.check()
    assert heard.sends(flow_to()).error is not None


def test_on_a_server_of_ours_a_refused_password_locks_nobody() -> None:
    courtesy = Courtesy((), Limits(), lambda url: False, print, print)
    courtesy.refused("it is wrong")
    courtesy.check()
