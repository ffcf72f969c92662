"""A server of which one endpoint says something else than it would."""

import json
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

type Edit = Callable[[dict[str, Any]], dict[str, Any]]


def edited(app: ASGIApp, endpoint: str, edit: Edit) -> ASGIApp:
    """The same, with the JSON that this endpoint answers with changed by ``edit``."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].endswith(endpoint):
            await app(scope, receive, send)
            return
        started: list[Message] = []
        body = b""

        async def collect(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                body += message.get("body", b"")

        await app(scope, receive, collect)
        said = json.dumps(edit(json.loads(body))).encode()
        (start,) = started
        headers = [each for each in start["headers"] if each[0] != b"content-length"]
        length = (b"content-length", str(len(said)).encode())
        await send({**start, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": said})

    return answer
