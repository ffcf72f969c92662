"""A broken or hostile server ends an exchange, and nothing else.

A mitmproxy addon, and the first to see an answer: everybody behind it, from the recorder to the
browser, is given small and plain bodies only. What is not fit for them is replaced by a 502 of the
proxy's own, and logged as no answer, with the reason.
"""

import codecs
import re
import zlib

from mitmproxy import http

from scenarios.stage.heads import limit_heads
from scenarios.stage.recorder import REASON, is_text

MOST_BYTES = 10 * 1024 * 1024
"""What one body may weigh, packed or not."""

MOST_TEXT = 1024 * 1024
"""What a body may weigh that is read: every secret is looked for in it, in every encoding."""

MOST_HEADERS = 64 * 1024
"""What all headers may weigh; HTTP clients take no more, and close without a reason."""

_BARE = frozenset({"", "identity"})
_BREAKS = re.compile(rb"[\0\r\n]")
# Python's own, with which no text can be read that came from somewhere else.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})


class UnfitAnswerError(Exception):
    """Nobody should read this answer. The text says why."""


class Bounds:
    """Asks for gzip at most, unpacks it under a limit, and keeps back what is not fit to read."""

    def __init__(self) -> None:
        limit_heads()

    def request(self, flow: http.HTTPFlow) -> None:
        """Ask for what can be unpacked bit by bit."""
        flow.request.headers["Accept-Encoding"] = "gzip"
        # None of our clients packs a request. What a page's script claims to be packed, nobody
        # must unpack.
        flow.request.headers.pop("Content-Encoding", None)

    def response(self, flow: http.HTTPFlow) -> None:
        """Unpack the answer, or put a 502 in its place."""
        answer = flow.response
        if answer is None:
            return
        try:
            _check_head(answer)
            content = _unpacked(answer)
            if is_text(answer.headers.get("Content-Type")) and len(content) > MOST_TEXT:
                raise UnfitAnswerError(f"{len(content)} bytes of text are too much to read")
        except UnfitAnswerError as error:
            why = f"the answer is not fit to read: {error}"
            flow.metadata[REASON] = why
            text = {"Content-Type": "text/plain"}
            flow.response = http.Response.make(502, f"codejack: {why}.\n", text)
            return
        if "Content-Encoding" in answer.headers:
            del answer.headers["Content-Encoding"]
            answer.content = content


def _check_head(answer: http.Response) -> None:
    if answer.status_code < 200:
        raise UnfitAnswerError(f"its status is {answer.status_code}, which ends nothing")
    fields = answer.headers.fields
    if sum(len(name) + len(value) for name, value in fields) > MOST_HEADERS:
        raise UnfitAnswerError(f"its {len(fields)} headers are longer than {MOST_HEADERS} bytes")
    # RFC 9110 section 5.5: these three are dangerous, whoever they come from.
    if any(_BREAKS.search(name + value) for name, value in fields):
        raise UnfitAnswerError("there is a line break or a NUL in a header")
    charset = re.search(r"charset=\"?([^\s;\"]+)", answer.headers.get("Content-Type", ""), re.I)
    if charset and not _is_charset(charset[1]):
        raise UnfitAnswerError(f"{charset[1][:40]!r} is no charset")


def _is_charset(name: str) -> bool:
    """Whether text can be read with it; or nobody knows it, and everybody takes UTF-8 instead."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return True
    try:
        b"a".decode(name, errors="replace")
    except (LookupError, ValueError):  # it is for something else than text: base64, rot13, zip
        return False
    return found.name.replace("-", "_") not in _NO_CHARSETS


def _unpacked(answer: http.Response) -> bytes:
    packed = answer.raw_content or b""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if not packed or coding in _BARE:
        return packed
    if coding not in {"gzip", "x-gzip"}:
        raise UnfitAnswerError(f"it is packed as {coding[:40]!r}, which nobody has asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(packed, MOST_BYTES)
    except zlib.error:
        raise UnfitAnswerError("it says that it is gzip, and is not") from None
    if unpacker.eof:
        return content
    if unpacker.unconsumed_tail:
        raise UnfitAnswerError(f"it unpacks to more than {MOST_BYTES} bytes")
    raise UnfitAnswerError("its gzip breaks off")
