"""The hook on fixture flows: whose authorization requests are changed, and whose are not."""

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.meddler import Meddler
from scenarios.stage.recorder import EXCHANGE
from scenarios.stage.scope import Authority

PATH = b"/demo/authorize?response_type=code&code_challenge=c"


def flow_to(host: str = "idp.test", path: bytes = PATH, session: str = "victim") -> http.HTTPFlow:
    request = tutils.treq(host="127.0.0.1", port=4711, scheme=b"https", path=path)
    flow = tflow.tflow(req=request)
    flow.metadata[AUTHORITY] = Authority(host, 443)
    flow.metadata[EXCHANGE] = "e7"
    if session:
        flow.metadata[SPEAKER] = Speaker("victim-browser", session)
    return flow


def meddled(flow: http.HTTPFlow) -> list[tuple[str, str]]:
    """What the meddler was shown, of a session whose challenges it strips."""
    shown: list[tuple[str, str]] = []

    def change(url: str, seen_in: str) -> str:
        shown.append((url, seen_in))
        return url.partition("&code_challenge")[0]

    meddler = Meddler(lambda url: url == "https://idp.test/demo/authorize")
    meddler.changes["victim"] = change
    meddler.request(flow)
    return shown


def test_an_authorization_request_travels_on_as_it_was_changed() -> None:
    flow = flow_to()

    assert meddled(flow) == [(f"https://idp.test{PATH.decode()}", "e7")]
    assert flow.request.path == "/demo/authorize?response_type=code"
    assert (flow.request.host, flow.request.port) == ("127.0.0.1", 4711)
    assert flow.response is None


@pytest.mark.parametrize(
    "flow",
    [
        flow_to("app.test"),
        flow_to(path=b"/demo/login?code_challenge=c"),
        flow_to(path=b"/demo/token?/authorize&code_challenge=c"),
        flow_to(session="attacker"),
        flow_to(session=""),
    ],
    ids=["another host", "another page", "in the query", "another session", "nobody's"],
)
def test_nothing_else_is_meddled_with(flow: http.HTTPFlow) -> None:
    before = flow.request.path

    assert meddled(flow) == []
    assert flow.request.path == before


def test_what_was_answered_already_travels_no_further() -> None:
    flow = flow_to()
    flow.response = http.Response.make(403)

    assert meddled(flow) == []
