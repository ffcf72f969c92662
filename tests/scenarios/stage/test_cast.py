"""Names at the proxy: read, taken off, and never guessed."""

import base64

import pytest
from mitmproxy import http
from mitmproxy.test import tflow

from scenarios.stage.cast import SPEAKER, Cast, ProxyAccess, Speaker, speaker_of


def named(credentials: str | None) -> http.HTTPFlow:
    flow = tflow.tflow()
    if credentials is not None:
        flow.request.headers["Proxy-Authorization"] = credentials
    return flow


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_a_named_request_is_attributed_and_its_name_taken_off() -> None:
    flow = named(basic("victim-browser.p1:-"))

    Cast().requestheaders(flow)

    assert flow.metadata[SPEAKER] == Speaker("victim-browser", "p1")
    assert "Proxy-Authorization" not in flow.request.headers
    assert flow.response is None


def test_the_access_of_a_speaker_names_it() -> None:
    access = ProxyAccess("http://127.0.0.1:8080", Speaker("thief", "group.s256").username)

    assert access.url == "http://thief.group.s256:-@127.0.0.1:8080"
    assert speaker_of(named(basic(f"{access.username}:{access.password}"))) == Speaker(
        "thief", "group.s256"
    )


@pytest.mark.parametrize(
    "credentials",
    [None, "", "Basic", "Basic !!!", basic("nobody"), "Bearer abc", "Basic //79", basic("")],
)
def test_who_gives_no_readable_name_is_asked_and_gets_no_further(credentials: str | None) -> None:
    cast, flow = Cast(), named(credentials)

    cast.requestheaders(flow)

    assert flow.response is not None
    assert flow.response.status_code == 407
    assert "Basic" in flow.response.headers["Proxy-Authenticate"]
    assert SPEAKER not in flow.metadata
    assert "Proxy-Authorization" not in flow.request.headers
    assert cast.anonymous_requests == 1


def test_what_follows_in_a_tunnel_belongs_to_whoever_opened_it() -> None:
    cast, tunnel, inside = Cast(), named(basic("client.back:-")), named(None)
    inside.client_conn = tunnel.client_conn

    cast.http_connect(tunnel)
    cast.requestheaders(inside)

    assert inside.metadata[SPEAKER] == Speaker("client", "back")


def test_a_connection_that_is_gone_names_nobody_any_more() -> None:
    cast, tunnel, later = Cast(), named(basic("client.back:-")), named(None)
    later.client_conn = tunnel.client_conn

    cast.http_connect(tunnel)
    cast.client_disconnected(tunnel.client_conn)
    cast.requestheaders(later)

    assert SPEAKER not in later.metadata


def test_an_anonymous_tunnel_is_not_opened() -> None:
    cast, tunnel = Cast(), named(None)

    cast.http_connect(tunnel)

    assert tunnel.response is not None
    assert tunnel.response.status_code == 407


def test_a_session_performs_the_play_it_was_assigned_last() -> None:
    cast = Cast()
    assert cast.play_of("group") == ""

    cast.assign("group", "p1")
    cast.assign("group", "p2")

    assert cast.play_of("group") == "p2"
    assert cast.play_of("another") == ""
