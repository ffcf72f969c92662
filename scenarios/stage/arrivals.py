"""When a token request of the client has arrived at the provider, play by play.

What a thief sends before that could overtake it, and the race would be a lottery. A provider that
answers one request from start to end is done with it before anybody else gets a word in.
"""

import asyncio
from collections import defaultdict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenarios.stage.recorder import play_of


class Arrivals:
    """Tells of the first token request of each play that somebody has waited for or will."""

    def __init__(self) -> None:
        self._arrived: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def wait(self, play: str) -> None:
        """Wait until the provider has read a token request that the client sends in this play."""
        await self._arrived[play].wait()

    def watch(self, provider: ASGIApp) -> ASGIApp:
        """The provider, with somebody who looks at what it reads."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            play = _play_behind(scope)
            await provider(scope, self._telling(play, receive) if play else receive, send)

        return watched

    def _telling(self, play: str, receive: Receive) -> Receive:
        async def read() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                self._arrived[play].set()
            return message

        return read


def _play_behind(scope: Scope) -> str:
    if scope["type"] != "http" or not scope["path"].endswith("/token"):
        return ""
    return play_of(dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1"))
