"""The hook on fixture flows: what is logged, for whom, and when the application is down."""

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.front import LeakyFront
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.scope import Authority

CLIENT, PROVIDER = "app.test", "idp.test"
REDIRECT = b"/cb?code=the-code&state=s"


def flow_to(
    host: str = CLIENT, path: bytes = REDIRECT, session: str = "victim", **headers: str
) -> http.HTTPFlow:
    # mitmproxy names the socket that it has dialled; the authority is the guard's to say.
    sent = http.Headers(**headers)
    request = tutils.treq(host="127.0.0.1", port=4711, path=path, headers=sent)
    flow = tflow.tflow(req=request)
    flow.metadata[AUTHORITY] = Authority(host, 443)
    if session:
        flow.metadata[SPEAKER] = Speaker("victim-browser", session)
    return flow


def logged(flow: http.HTTPFlow, *, down: bool = False) -> list[str]:
    """What a reader of the victim's lines gets of a request."""
    front, lines = LeakyFront({CLIENT}), list[str]()
    front.readers["victim"] = lines.append
    if down:
        front.down.add("victim")
    front.request(flow)
    return lines


def test_a_line_is_that_of_most_servers() -> None:
    flow = flow_to(cookie="session=x; verifier=v", referer="https://idp.test/")

    assert logged(flow) == [
        'app.test "GET /cb?code=the-code&state=s HTTP/1.1" "https://idp.test/" '
        '"session=x; verifier=v"'
    ]


def test_the_front_of_the_provider_logs_too_and_a_dash_stands_for_nothing() -> None:
    assert logged(flow_to(PROVIDER, b"/authorize?a=b")) == [
        'idp.test "GET /authorize?a=b HTTP/1.1" "-" "-"'
    ]


@pytest.mark.parametrize("session", ["attacker", ""])
def test_nobody_reads_the_lines_of_other_sessions(session: str) -> None:
    assert logged(flow_to(session=session)) == []


def test_what_was_answered_already_does_not_reach_the_front() -> None:
    flow = flow_to()
    flow.response = http.Response.make(403)

    assert logged(flow, down=True) == []
    assert flow.response.status_code == 403


@pytest.mark.parametrize("query", [b"code=c", b"error=access_denied", b"state=s"])
def test_a_redirect_to_an_application_that_is_down_is_logged_and_answered_with_503(
    query: bytes,
) -> None:
    flow = flow_to(path=b"/cb?" + query)

    assert len(logged(flow, down=True)) == 1
    assert flow.response is not None
    assert flow.response.status_code == 503


@pytest.mark.parametrize(
    ("flow", "down"),
    [
        (flow_to(), False),
        (flow_to(path=b"/login"), True),
        (flow_to(path=b"/login?for=code"), True),
        (flow_to(PROVIDER), True),
        (flow_to(session="attacker"), True),
        (flow_to(session=""), True),
    ],
    ids=["up", "no redirect", "another parameter", "the provider", "another session", "nobody"],
)
def test_everything_else_goes_through(flow: http.HTTPFlow, down: bool) -> None:
    logged(flow, down=down)

    assert flow.response is None


def test_a_front_may_be_down_that_nobody_reads() -> None:
    front, flow = LeakyFront({CLIENT}), flow_to()
    front.down.add("victim")

    front.request(flow)

    assert flow.response is not None


def test_a_provider_at_another_port_of_the_client_s_host_stays_up() -> None:
    front, flow = LeakyFront({CLIENT}, {Authority(CLIENT, 443)}), flow_to()
    front.down.add("victim")

    front.request(flow)

    assert flow.response is None
