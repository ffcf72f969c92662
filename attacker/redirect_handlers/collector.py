"""The thief's server on the Internet: its apps on victims' devices hand their catch to it."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/catch"


def collector_app() -> Starlette:
    """Accept a catch. What is in it the thief reads from its own traffic."""

    async def accept(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)

    return Starlette(routes=[Route(PATH, accept, methods=["POST"])])
