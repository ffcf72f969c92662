"""The recorder: what crossed the wire becomes records of the run log."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mitmproxy import http

from reports import actors
from reports.records import Exchange, Fact, HttpRequest, HttpResponse, Record
from reports.request_object import asked_in
from reports.runlog import now
from scenarios.stage.cast import SPEAKER, Cast, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.scope import Authority, Scope

EXCHANGE = "codejack.exchange"
"""Flow metadata: the id under which the exchange will be recorded."""

ANSWERED_BY = "codejack.answered-by"
"""Flow metadata: the actor that answered in place of the destination."""

REASON = "codejack.reason"
"""Flow metadata: why we have sent nothing, or kept the answer back; then it is no answer."""

_NOISE = frozenset({"/favicon.ico"})
_TRACE = "traceparent"
_OURS = re.compile(r"00-([0-9a-f]{32})-0{15}1-01")


@dataclass
class Recorder:
    """Writes exchanges, and counts what was noise.

    ``learn`` takes a whole exchange and teaches the vault its secrets before ``write`` is called.
    """

    cast: Cast
    scope: Scope
    write: Callable[[Record], None]
    learn: Callable[[Exchange], None]
    noise: Counter[str] = field(default_factory=Counter)
    audience: dict[str, Callable[[Exchange], None]] = field(default_factory=dict)
    """Who else hears of the exchanges of a play, unredacted: the attacker's wiretap."""
    _last_id: int = 0

    def play_behind(self, flow: http.HTTPFlow) -> str:
        """The play that a request belongs to, or that caused it; empty when there is none."""
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        own = self.cast.play_of(speaker.session) if speaker else ""
        return own or play_of(flow.request.headers.get(_TRACE, ""))

    def next_id(self) -> str:
        """A new id; exchanges, handovers and loot share one sequence."""
        self._last_id += 1
        return f"e{self._last_id}"

    def count_on(self, last: int) -> None:
        """Give no id again that was given before."""
        self._last_id = max(self._last_id, last)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Give the exchange its id, and the client a trace context to pass on to its back channel.

        The trace context (W3C Trace Context) is how the client's own requests to the identity
        provider are attributed to the play that caused them, as in any instrumented service.
        """
        if flow.response is not None or SPEAKER not in flow.metadata:
            return
        flow.metadata[EXCHANGE] = self.next_id()
        if self.scope.actor_at(*flow.metadata[AUTHORITY]) == actors.CLIENT:
            play = self.cast.play_of(flow.metadata[SPEAKER].session)
            if play:
                flow.request.headers[_TRACE] = _trace(play)

    def response(self, flow: http.HTTPFlow) -> None:
        """Record a finished exchange."""
        self._record(flow, error=flow.metadata.get(REASON, ""))

    def error(self, flow: http.HTTPFlow) -> None:
        """Record an exchange that got no answer."""
        reason = flow.error.msg if flow.error else "no response"
        self._record(flow, error=flow.metadata.get(REASON, reason))

    def _record(self, flow: http.HTTPFlow, error: str) -> None:
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        if speaker is None or EXCHANGE not in flow.metadata:
            return
        request, authority = flow.request, flow.metadata[AUTHORITY]
        if request.path in _NOISE:
            self.noise[request.path] += 1
            return
        started = request.timestamp_start
        self.record(
            Exchange(
                id=flow.metadata[EXCHANGE],
                play=self.play_behind(flow),
                at=now(started),
                seconds=round(time.time() - started, 4),
                source=speaker.actor,
                destination=flow.metadata.get(ANSWERED_BY) or self.scope.actor_at(*authority),
                seen_by="proxy",
                request=HttpRequest(
                    request.method,
                    url_of(flow),
                    _headers(request.headers.items(multi=True)),
                    # As it travels: none of our clients packs what it sends.
                    _text(request.raw_content, request.headers.get("content-type")),
                    asked_in(url_of(flow)),
                ),
                response=None if REASON in flow.metadata else _response(flow.response),
                error=error,
            )
        )

    def record(self, exchange: Exchange) -> None:
        """Record an exchange, from the proxy or from a listener that the proxy cannot see."""
        self.learn(exchange)
        self.write(exchange)
        if listen := self.audience.get(exchange.play):
            listen(exchange)

    def refuse(self, actor: str, authority: Authority) -> None:
        """Record the first dial of an actor that the scope guard refused, and count the others.

        Browsers make calls of their own, for example for the spelling of forms: those are noise.
        """
        attempt = f"{actor} tried {authority}, which is out of scope"
        self.noise[attempt] += 1
        if self.noise[attempt] == 1:
            self.write(Fact(now(), "", "refused-dial", attempt))

    def stopped(self, why: str) -> None:
        """Record why nothing more is sent to a server."""
        self.write(Fact(now(), "", "stopped", why))

    def count_noise(self) -> None:
        """Say in the log what was counted instead of recorded."""
        for what, times in sorted(self.noise.items()):
            self.write(Fact(now(), "", "noise", f"{what} ({times} times)"))


def url_of(flow: http.HTTPFlow) -> str:
    """The URL as the client named it; not mitmproxy's own, which believes the Host header."""
    request, authority = flow.request, flow.metadata[AUTHORITY]
    standard = {"http": 80, "https": 443}[request.scheme] == authority.port
    return f"{request.scheme}://{authority.host if standard else authority}{request.path}"


def _trace(play: str) -> str:
    return f"00-{int(play[1:]):032x}-{1:016x}-01"


def play_of(trace: str) -> str:
    """The play that a trace context names; empty when it names none."""
    # Anybody may send such a header; what we did not write names no play.
    ours = _OURS.fullmatch(trace)
    return f"p{int(ours[1], 16)}" if ours else ""


def _response(response: http.Response | None) -> HttpResponse | None:
    if response is None:
        return None
    body = _text(response.get_content(strict=False), response.headers.get("content-type"))
    return HttpResponse(response.status_code, _headers(response.headers.items(multi=True)), body)


def _headers(items: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in items if name.lower() != _TRACE)


def _text(content: bytes | None, kind: str | None) -> str:
    if not content:
        return ""
    if is_text(kind):
        return content.decode(errors="replace")
    return f"[{len(content)} bytes of {_media(kind)}]"


def is_text(kind: str | None) -> bool:
    """Whether bodies of this ``Content-Type`` are read, and stand in the log.

    Scripts and styles are not: they are the largest of a page, and no answer to anybody.
    """
    media = _media(kind)
    if media in {"text/javascript", "text/css"}:
        return False
    return media.startswith("text/") or media.endswith(("json", "x-www-form-urlencoded", "xml"))


def _media(kind: str | None) -> str:
    return (kind or "text/plain").partition(";")[0].strip().lower()
