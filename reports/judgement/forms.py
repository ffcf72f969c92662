"""Forms: how a page of the server carries a request on to the next one."""

from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin

from reports.records import Exchange, HttpRequest


class Form(NamedTuple):
    """Where a form goes, and what it takes along that the user does not fill in."""

    action: str
    carries: dict[str, str]

    def was_sent_in(self, request: HttpRequest) -> bool:
        """Whether a request is this form. One that carries nothing could be of any page."""
        there = request.endpoint == self.action.partition("?")[0]
        brought = request.query | request.form
        return there and bool(self.carries) and self.carries.items() <= brought.items()


def forms_of(exchange: Exchange) -> Iterator[Form]:
    """The forms of the page that was answered."""
    if exchange.response is None:
        return
    reader = _Reader()
    with suppress(AssertionError):  # how the parser takes a declaration that there is not
        reader.feed(exchange.response.body)
    for action, hidden in reader.forms:
        url = urljoin(exchange.request.url, action)
        yield Form(url, dict(parse_qsl(url.partition("?")[2])) | hidden)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((attributes.get("action", ""), {}))
        elif tag == "input" and attributes.get("type") == "hidden" and self.forms:
            self.forms[-1][1][attributes.get("name", "")] = attributes.get("value", "")
