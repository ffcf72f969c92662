"""Answers that nobody should read: none reaches anybody, and each is told with its reason."""

import gzip
import zlib

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from scenarios.stage.bounds import MOST_BYTES, MOST_TEXT, Bounds
from scenarios.stage.recorder import REASON

HTML = "text/html; charset=utf-8"


def answered(
    body: bytes = b"", kind: str = HTML, status: int = 200, **more: str | bytes
) -> http.HTTPFlow:
    fields = {"Content-Type": kind, **{n.replace("_", "-"): value for n, value in more.items()}}
    pairs = [(n.encode(), v if isinstance(v, bytes) else v.encode()) for n, v in fields.items()]
    flow = tflow.tflow(resp=tutils.tresp(status_code=status, content=body, headers=pairs))
    Bounds().response(flow)
    return flow


def seen(flow: http.HTTPFlow) -> tuple[int, bytes]:
    assert flow.response is not None
    return flow.response.status_code, flow.response.raw_content or b""


def test_only_gzip_is_asked_for_and_nothing_is_sent_as_packed() -> None:
    request = tutils.treq(headers=[(b"Accept-Encoding", b"br, zstd"), (b"Content-Encoding", b"br")])
    flow = tflow.tflow(req=request)
    Bounds().request(flow)

    assert flow.request.headers["Accept-Encoding"] == "gzip"
    assert "Content-Encoding" not in flow.request.headers


def test_a_packed_answer_is_handed_on_plain() -> None:
    flow = answered(gzip.compress(b"<p>hello</p>"), Content_Encoding="gzip", Content_Length="9")

    assert seen(flow) == (200, b"<p>hello</p>")
    assert flow.response is not None
    assert "Content-Encoding" not in flow.response.headers
    assert flow.response.headers["Content-Length"] == "12"
    assert REASON not in flow.metadata


@pytest.mark.parametrize(
    "flow",
    [
        answered(b"<p>hello</p>"),
        answered(b"a" * MOST_TEXT),
        answered(b"a" * (MOST_TEXT + 1), "text/javascript"),
        answered(b"a" * (MOST_TEXT + 1), "image/png"),
        answered(b"", Content_Encoding="gzip"),
        answered(b"hello", Content_Encoding="identity"),
        answered(b"hello", "text/html; charset=ISO-8859-1"),
        answered(b"hello", "text/html; charset=shift_jis"),
        answered(b"hello", "text/html; charset=unheard-of"),
        answered(b"hello", "text/html; charset=utf-16"),
        answered(b"\xff\xfe"),
        answered(b"hello", X_Odd=b"\xff\x1b[31m"),
        answered(b"", status=304),
    ],
)
def test_what_is_merely_odd_passes(flow: http.HTTPFlow) -> None:
    assert REASON not in flow.metadata
    assert seen(flow)[0] in {200, 304}


@pytest.mark.parametrize(
    ("flow", "reason"),
    [
        (answered(b"a" * (MOST_TEXT + 1)), "too much to read"),
        (answered(b"a" * (MOST_TEXT + 1), "application/json"), "too much to read"),
        (
            answered(gzip.compress(bytes(MOST_BYTES + 1)), "image/png", Content_Encoding="gzip"),
            "unpacks to more",
        ),
        (answered(gzip.compress(b"hello")[:-9], Content_Encoding="gzip"), "breaks off"),
        (answered(b"hello", Content_Encoding="gzip"), "is not"),
        (answered(zlib.compress(b"hello"), Content_Encoding="deflate"), "nobody has asked for"),
        (answered(b"uryyb", Content_Encoding="rot13"), "nobody has asked for"),
        (answered(gzip.compress(b""), Content_Encoding="gzip, gzip"), "nobody has asked for"),
        (answered(b"uryyb", "text/html; charset=rot13"), "no charset"),
        (answered(b"hello", "text/html; charset=idna"), "no charset"),
        (answered(b"hello", 'application/json; charset="punycode"'), "no charset"),
        (answered(X_A="b\0c"), "NUL"),
        (answered(X_A="b\rc"), "line break"),
        (answered(X_A="b" * 70_000), "longer than"),
        (answered(status=100), "ends nothing"),
        (answered(status=101), "ends nothing"),
    ],
)
def test_what_nobody_should_read_is_kept_back_with_its_reason(
    flow: http.HTTPFlow, reason: str
) -> None:
    status, body = seen(flow)

    assert status == 502
    assert reason in flow.metadata[REASON]
    assert reason.encode() in body
    assert len(body) < 200
