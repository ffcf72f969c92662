"""The hook on fixture flows: what the neighbour answers, and what it leaves to the client."""

from collections.abc import Collection

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from reports import actors
from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.neighbour import Neighbour
from scenarios.stage.recorder import ANSWERED_BY
from scenarios.stage.scope import Authority

HOST = "app.test"


def answered(
    claimed: str,
    path: str,
    *,
    host: str = HOST,
    session: str = "victim",
    port: int = 443,
    others: Collection[Authority] = (),
) -> http.HTTPFlow:
    """A request of a session, past a neighbour that has claimed one address of the victim's."""
    request = tutils.treq(scheme=b"https", path=path.encode())
    flow = tflow.tflow(req=request)
    flow.metadata[AUTHORITY] = Authority(host, port)
    if session:
        flow.metadata[SPEAKER] = Speaker("victim-browser", session)
    neighbour = Neighbour({HOST}, others)
    neighbour.addresses["victim"] = {claimed}
    neighbour.request(flow)
    return flow


@pytest.mark.parametrize(
    "path",
    [
        "/else?code=c",
        "/cb/../else",
        "/cb/%2e%2e/else",
        "/cb/..%2felse",
        "/cb/..;/else",
        "/else;v=1",
    ],
)
def test_a_claimed_address_is_answered_however_it_is_written(path: str) -> None:
    flow = answered(f"https://{HOST}/cb/../else", path)

    assert flow.response is not None
    assert flow.response.status_code == 200
    assert flow.metadata[ANSWERED_BY] == actors.THIEF


@pytest.mark.parametrize(
    "flow",
    [
        answered(f"https://{HOST}/cb/", "/cb"),
        answered(f"https://{HOST}/CB", "/cb"),
        answered(f"https://{HOST}/cb", "/cb", port=8443),
        answered(f"http://{HOST}/cb", "/cb"),
        answered("https://evil.test/cb", "/cb", host="evil.test"),
        answered(f"https://{HOST}/cb", "/cb", session="another"),
        answered(f"https://{HOST}/cb", "/cb", session=""),
        answered(f"https://{HOST}/cb", "/cb", others=[Authority(HOST, 443)]),
    ],
    ids=["slash", "case", "port", "scheme", "host", "another session", "nobody's", "provider's"],
)
def test_everything_else_goes_on_to_where_it_was_going(flow: http.HTTPFlow) -> None:
    assert flow.response is None
    assert ANSWERED_BY not in flow.metadata


def test_what_has_an_answer_keeps_it() -> None:
    flow = tflow.tflow(resp=True)
    flow.metadata[SPEAKER] = Speaker("victim-browser", "victim")
    neighbour = Neighbour({HOST})
    neighbour.addresses["victim"] = {"https://app.test/"}
    kept = flow.response

    neighbour.request(flow)

    assert flow.response is kept
