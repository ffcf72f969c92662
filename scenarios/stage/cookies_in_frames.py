"""Cookies in frames of other sites, in browsers that leave that to each server.

Chromium keeps a cookie from there that says nothing of it (``SameSite``); other browsers send it,
and so did Chromium. What a server is safe from must not hang on who visits it.
"""

from mitmproxy import http

from scenarios.stage.cast import SPEAKER, Speaker

_OPEN = "; SameSite=None; Secure"


class CookiesInFrames:
    """A mitmproxy addon. In ``sessions``, a cookie goes everywhere unless its server says no."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()

    def response(self, flow: http.HTTPFlow) -> None:
        """Say for a server what it has left open."""
        speaker: Speaker | None = flow.metadata.get(SPEAKER)
        if flow.response is None or speaker is None or speaker.session not in self.sessions:
            return
        given = flow.response.headers.get_all("set-cookie")
        flow.response.headers.set_all(
            "set-cookie", [each if _says(each) else f"{each}{_OPEN}" for each in given]
        )


def _says(cookie: str) -> bool:
    attributes = (each.partition("=")[0].strip().lower() for each in cookie.split(";")[1:])
    return "samesite" in attributes
