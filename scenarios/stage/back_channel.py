"""The client's back channel, where somebody reads along (FAPI 2.0 attacker model, A5).

A mitmproxy addon, because a debugging proxy between client and provider is just that. What it logs
stays in memory: live codes, verifiers and tokens do not belong on a disk.
"""

import asyncio
import time
from collections.abc import Callable

from mitmproxy import http

from reports import actors
from scenarios.stage.cast import SPEAKER, Speaker
from scenarios.stage.recorder import url_of

Reader = Callable[[str], None]


class LeakyBackChannel:
    """Tells of token requests and responses, play by play.

    ``requests`` and ``responses`` map a play to who reads its bodies. A play in ``held`` has its
    token requests wait there: whoever reads them can be faster.
    """

    def __init__(
        self, play_behind: Callable[[http.HTTPFlow], str], is_token_endpoint: Callable[[str], bool]
    ) -> None:
        self.requests: dict[str, Reader] = {}
        self.responses: dict[str, Reader] = {}
        self.held: dict[str, asyncio.Event] = {}
        self._play_behind = play_behind
        self._is_token_endpoint = is_token_endpoint

    async def request(self, flow: http.HTTPFlow) -> None:
        """Read a token request, and hold it back where that is wanted."""
        if flow.response is not None or not self._is_token_request(flow):
            return
        play = self._play_behind(flow)
        if reader := self.requests.get(play):
            reader(flow.request.get_text(strict=False) or "")
        if held := self.held.get(play):
            await held.wait()
            # It goes out now: whatever was presented meanwhile came first.
            flow.request.timestamp_start = time.time()

    def response(self, flow: http.HTTPFlow) -> None:
        """Read a token response."""
        is_meant = self._is_token_request(flow)
        reader = self.responses.get(self._play_behind(flow)) if is_meant else None
        if reader is not None and flow.response is not None:
            reader(flow.response.get_text(strict=False) or "")

    def _is_token_request(self, flow: http.HTTPFlow) -> bool:
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        is_clients = speaker is not None and speaker.actor == actors.CLIENT
        return is_clients and self._is_token_endpoint(url_of(flow).partition("?")[0])
