"""Error pages of servers that say 200 to everything, as some do at the authorization endpoint.

The status says nothing there, so the page must: it has no form that somebody could go on with, and
it marks or names an error.
"""

import re
from contextlib import suppress
from html.parser import HTMLParser

from reports.records import Exchange

_SILENT = frozenset({"script", "style", "template", "noscript", "head"})
_WORDS = re.compile(
    r"\b(error|invalid|denied|refused|forbidden|mismatch|bad request|unauthori[sz]ed"
    r"|not (allowed|authori[sz]ed|registered|permitted|valid|found)"
    r"|unknown (client|application|redirect))\b"
    r"|invalid_(request|client|scope)|unauthorized_client|unsupported_response_type",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(^|[\s_-])(error|danger|negative|failure)")


def shows_error(exchange: Exchange) -> bool:
    """Whether an answer with 200 is a page that marks or names an error, and offers no form."""
    answer = exchange.response
    if answer is None or answer.status != 200:
        return False
    if "html" not in answer.header("content-type"):
        return False
    page = _Page()
    with suppress(AssertionError):  # how the parser takes a declaration that there is not
        page.feed(answer.body)
    words = _WORDS.search(" ".join(page.text)) is not None
    return not page.goes_on and (page.marks_error or words)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.goes_on = False
        self.marks_error = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: (value or "").lower() for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        refreshes = tag == "meta" and said.get("http-equiv") == "refresh"
        if tag in {"form", "input", "iframe", "frame"} or refreshes:
            self.goes_on = True
        is_alert = said.get("role") == "alert"
        named = any(_MARKS.search(said.get(name, "")) for name in ("class", "id"))
        self.marks_error = self.marks_error or (is_alert and named)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)
