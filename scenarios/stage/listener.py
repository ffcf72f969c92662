"""Evidence from a listener: connections on loopback that the browser makes without the proxy."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports import actors
from reports.records import Exchange, HttpRequest, HttpResponse
from reports.runlog import now
from scenarios.stage.recorder import Recorder


class RecordedListener:
    """An ASGI application that records what reaches the one it wraps.

    ``session`` is how the wrapped application speaks through the proxy. The operating system does
    not say which browser profile dialled, so only one play at a time may use the listener.
    """

    def __init__(self, app: ASGIApp, recorder: Recorder, session: str) -> None:
        self._app = app
        self._recorder = recorder
        self.session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        play = self._recorder.cast.play_of(self.session)
        if scope["type"] != "http" or not play:
            await self._app(scope, receive, send)
            return
        identity, started = self._recorder.next_id(), time.time()
        answer: dict[str, bytes] = {"body": b""}
        head: list[Message] = []

        async def copy(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.append(message)
            else:
                answer["body"] += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._record(identity, play, started, scope, head[0], answer["body"])
            await send(message)

        await self._app(scope, receive, copy)

    def _record(
        self, identity: str, play: str, started: float, scope: Scope, head: Message, body: bytes
    ) -> None:
        headers = _headers(scope["headers"])
        host = next((value for name, value in headers if name == "host"), "localhost")
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        url = f"http://{host}{scope['raw_path'].decode('latin-1')}{query}"
        if scope["path"] == "/favicon.ico":
            return
        self._recorder.record(
            Exchange(
                id=identity,
                play=play,
                at=now(started),
                seconds=round(time.time() - started, 4),
                source=actors.VICTIM_BROWSER,
                destination=actors.THIEF,
                seen_by="listener",
                request=HttpRequest(scope["method"], url, headers),
                response=HttpResponse(
                    head["status"],
                    _headers(head.get("headers", [])),
                    body.decode(errors="replace"),
                ),
            )
        )


def _headers(raw: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
