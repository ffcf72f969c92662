"""A page that opens another in a window of its own, and listens to what that has to say.

RFC 9700 section 4.17. A message with the target origin ``*`` reaches whoever has opened the window.
"""

from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

PATH, OPENED = "/portal", "open"
"""The address of the page, and the parameter that says what it opens."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Partner</title>
<button data-opens="{opened}" onclick="window.open(this.dataset.opens)">Open the app</button>
<script>onmessage = told => {{ new Image().src = "{report}" + encodeURIComponent(told.data) }}
</script></html>
"""


def page_that_reports_to(report: str) -> Callable[[Request], Awaitable[Response]]:
    """The page; whatever it is told it appends to ``report``."""

    async def show(request: Request) -> Response:
        opened = escape(request.query_params.get(OPENED, "about:blank"))
        page = _PAGE.format(opened=opened, report=report)
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    return show
