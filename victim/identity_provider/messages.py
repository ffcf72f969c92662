"""Requests and responses as values, so that the provider can be driven without a network."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 100


class MalformedRequestError(Exception):
    """The query or the body is not what its encoding promises; the message says which."""


@dataclass(frozen=True)
class Parameters:
    """Query or form parameters in the order in which they came, duplicates included."""

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Decode ``a=b&c=d``. Raises :class:`MalformedRequestError` for a flood of parameters."""
        try:
            return cls(
                tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
            )
        except ValueError:
            raise MalformedRequestError("there are too many parameters") from None

    def get(self, name: str) -> str | None:
        """The first value. A parameter without a value counts as omitted (RFC 6749 section 3.1)."""
        return next((value for key, value in self.pairs if key == name), None) or None

    def last(self, name: str) -> str | None:
        """The last value, when it matters that there may be several."""
        return Parameters(self.pairs[::-1]).get(name)

    def words(self, name: str) -> tuple[str, ...]:
        """A space-delimited value as its distinct words, in order; empty when omitted."""
        return tuple(dict.fromkeys((self.get(name) or "").split()))

    def without(self, *names: str) -> "Parameters":
        """All others than these."""
        return Parameters(tuple(pair for pair in self.pairs if pair[0] not in names))

    def only(self, *names: str) -> "Parameters":
        """Just these."""
        return Parameters(tuple(pair for pair in self.pairs if pair[0] in names))

    def overridden_by(self, others: "Parameters") -> "Parameters":
        """The others, and of these what the others do not name."""
        named = [name for name, _ in others.pairs]
        return Parameters((*self.without(*named).pairs, *others.pairs))

    def repeated(self) -> frozenset[str]:
        """Names that occur more than once, which RFC 6749 section 3.1 forbids."""
        names = [name for name, _ in self.pairs]
        return frozenset(name for name in names if names.count(name) > 1)


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are lower case; ``path`` is percent-decoded.

    The representation shows method and path only: the rest carries secrets.
    """

    method: str
    path: str
    query: Parameters = field(default=Parameters(), repr=False)
    form: Parameters = field(default=Parameters(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(
        cls,
        method: str,
        path: str,
        query: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
    ) -> "Request":
        """Build a request from what was on the wire.

        ``form`` stays empty unless the content type says that the body is one. Raises
        :class:`MalformedRequestError`.
        """
        lower = tuple((name.lower(), value) for name, value in headers)
        is_form = _first(lower, "content-type").partition(";")[0].strip().lower() == FORM
        return cls(
            method=method,
            path=path,
            query=Parameters.parse(query),
            form=Parameters.parse(body.decode("utf-8", "replace")) if is_form else Parameters(),
            headers=lower,
            cookies=_cookies(lower),
        )

    def header(self, name: str) -> str:
        """The first header of that lower-case name, or an empty string."""
        return _first(self.headers, name)

    @property
    def is_form(self) -> bool:
        """Whether the body is declared as form parameters."""
        return self.header("content-type").partition(";")[0].strip().lower() == FORM


@dataclass(frozen=True)
class Response:
    """One HTTP response; header names as they go on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first header of that name, case-insensitive, or an empty string."""
        return _first(tuple((key.lower(), value) for key, value in self.headers), name.lower())

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        """The same response with more headers."""
        return Response(self.status, (*self.headers, *headers), self.body)


@dataclass(frozen=True)
class Pending:
    """An answer on its way: other requests may be answered before ``finish`` is called."""

    finish: Callable[[], Response]


def redirect(
    uri: str,
    parameters: Mapping[str, str | None],
    *,
    separator: str | None = None,
    referrer: str = "no-referrer",
) -> Response:
    """Send the browser to ``uri`` with the parameters that are not ``None`` added to it.

    They go into the query, unless a ``separator`` says otherwise. Always 303: a 307 would re-post
    the password to the client (RFC 9700 section 4.12).
    """
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    separator = separator or ("&" if "?" in uri else "?")
    return Response(
        303,
        (
            ("Location", f"{uri}{separator}{added}"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", referrer),
        ),
    )


def json_response(content: object, status: int = 200, *headers: tuple[str, str]) -> Response:
    """A JSON document that no cache may keep (RFC 6749 section 5.1)."""
    return Response(
        status,
        (
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ),
        json.dumps(content).encode(),
    )


def html_response(page: str, status: int = 200, *headers: tuple[str, str]) -> Response:
    """An HTML page that no cache may keep."""
    return Response(
        status,
        (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ),
        page.encode(),
    )


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key == name), "")


def _cookies(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The first of each name: browsers send the cookie with the most specific path first."""
    cookies: dict[str, str] = {}
    for key, value in headers:
        if key != "cookie":
            continue
        for pair in value.split(";"):
            name, _, content = pair.strip().partition("=")
            cookies.setdefault(name, content)
    return cookies
