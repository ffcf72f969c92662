"""An authorization server of the attacker's own, which clients of several servers work with.

RFC 9700 section 4.4. It signs nobody in: it sends the user on to the honest server, in the client's
name there, and waits for the client to bring it the code.
"""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from attacker.loot import LootBag
from attacker.vantage import Leg

type SendOn = Callable[[Mapping[str, str]], str]
"""From the parameters of an authorization request to where its user is sent."""


class OwnServer:
    """Answers clients (an ASGI application). ``sends_on`` says how, by redirect URI.

    What a client brings the attacker reads from its own traffic.
    """

    def __init__(self) -> None:
        self.sends_on: dict[str, SendOn] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(Request(scope, receive))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        send_on = self.sends_on.get(request.query_params.get("redirect_uri", ""))
        if request.url.path == "/authorize" and send_on is not None:
            return RedirectResponse(send_on(request.query_params), 302)
        return JSONResponse({"error": "invalid_grant"}, 400)


def assertion_brought(loot: LootBag) -> dict[str, str]:
    """The parameters by which a client has said who it is, signed for this server (RFC 7523).

    Raises :class:`attacker.loot.NothingCapturedError`.
    """
    names = ("client_assertion", "client_assertion_type")
    return {name: loot.need(name, Leg.OWN_SERVER).value for name in names}
