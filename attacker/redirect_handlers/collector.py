"""The thief's server on the Internet: its apps on victims' devices hand their catch to it.

Under whatever other name somebody is sent there, it shows an ordinary error.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from attacker.redirect_handlers.page import DECOY

PATH = "/catch"


def collector_app() -> Starlette:
    """Accept a catch. What is in it the thief reads from its own traffic."""

    async def accept(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)

    async def deceive(request: Request) -> Response:
        await request.body()
        return HTMLResponse(DECOY)

    return Starlette(
        routes=[
            Route(PATH, accept, methods=["POST"]),
            Route("/{path:path}", deceive, methods=["GET", "POST"]),
        ]
    )
