"""The hook on fixture flows, as mitmproxy tests its own addons."""

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from attacker.redirect_handlers.on_path import OnPath


def flow_to(url: str, *, answered: bool = False) -> http.HTTPFlow:
    flow = tflow.tflow(req=tutils.treq(), resp=answered)
    flow.request.url = url
    return flow


def play(flow: http.HTTPFlow, *, near: bool = True) -> list[http.HTTPFlow]:
    heard: list[http.HTTPFlow] = []
    OnPath(near=lambda flow: near, answered=heard.append).request(flow)
    return heard


def test_a_plaintext_redirect_is_answered_in_place_of_the_client() -> None:
    flow = flow_to("http://app.contoso.test/cb?code=the-code&state=s")

    assert play(flow) == [flow]
    assert flow.response is not None
    assert flow.response.status_code == 200
    assert "the-code" not in (flow.response.text or "")


@pytest.mark.parametrize(
    "url",
    [
        "https://app.contoso.test/cb?code=c",
        "http://localhost:5218/cb?code=c",
        "http://127.0.0.1:5218/cb?code=c",
        "http://[::1]:5218/cb?code=c",
    ],
)
def test_what_is_not_readable_on_the_path_is_left_alone(url: str) -> None:
    flow = flow_to(url)

    assert play(flow) == []
    assert flow.response is None


@pytest.mark.parametrize("query", ["", "?state=s", "?error=access_denied&state=s", "?barcode=1"])
def test_what_is_no_code_passes(query: str) -> None:
    flow = flow_to(f"http://app.contoso.test/cb{query}")

    assert play(flow) == []
    assert flow.response is None


def test_a_network_that_the_attacker_does_not_sit_on_is_out_of_reach() -> None:
    flow = flow_to("http://app.contoso.test/cb?code=c")

    assert play(flow, near=False) == []
    assert flow.response is None


def test_what_somebody_has_answered_already_stays_so() -> None:
    flow = flow_to("http://app.contoso.test/cb?code=c", answered=True)
    before = flow.response

    assert play(flow) == []
    assert flow.response is before
