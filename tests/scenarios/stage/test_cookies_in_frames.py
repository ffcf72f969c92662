"""The hook on fixture flows: which cookies travel in frames, and which stay as they are."""

import pytest
from mitmproxy import http
from mitmproxy.test import tflow

from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.cookies_in_frames import CookiesInFrames

LEFT_OPEN = "session=1; Path=/; HttpOnly"
OPENED = f"{LEFT_OPEN}; SameSite=None; Secure"


def given(*cookies: str, session: str = "victim") -> list[str]:
    """What a browser of this session is given, where the server has set these."""
    flow: http.HTTPFlow = tflow.tflow(resp=True)
    assert flow.response is not None
    flow.response.headers.set_all("Set-Cookie", cookies)
    if session:
        flow.metadata[SPEAKER] = Speaker("victim-browser", session)
    addon = CookiesInFrames()
    addon.sessions.add("victim")
    addon.response(flow)
    return flow.response.headers.get_all("Set-Cookie")


def test_what_a_server_leaves_open_is_open() -> None:
    assert given(LEFT_OPEN, "b=2") == [OPENED, "b=2; SameSite=None; Secure"]


@pytest.mark.parametrize(
    "cookie", ["a=1; SameSite=Lax", "a=1; samesite = strict; Path=/", "a=1;SameSite=None;Secure"]
)
def test_what_it_says_is_left_alone(cookie: str) -> None:
    assert given(cookie) == [cookie]


def test_the_name_of_an_attribute_in_a_value_says_nothing() -> None:
    assert given("a=samesite") == ["a=samesite; SameSite=None; Secure"]


@pytest.mark.parametrize("session", ["attacker", ""])
def test_other_sessions_are_left_alone(session: str) -> None:
    assert given(LEFT_OPEN, session=session) == [LEFT_OPEN]


def test_an_answer_that_never_came_is_no_trouble() -> None:
    flow = tflow.tflow(resp=False)
    flow.metadata[SPEAKER] = Speaker("victim-browser", "victim")
    addon = CookiesInFrames()
    addon.sessions.add("victim")

    addon.response(flow)

    assert flow.response is None
