"""Layers: everything that a text can hide, with the path that leads there.

A redirect hides a ``state``, which hides base64url, which hides JSON, which hides a value.
:func:`peel` walks all of it, breadth-first (places that have a name before runs found anywhere, so
that the path is the one a person would give), bounded in depth and in size (deflate bombs end at
:data:`codings.MAX_INFLATED`). Each path is made of plain words, so that a reader can follow it and
:func:`follow` can walk it again in another text.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import unquote_to_bytes

from reports.redaction.codings import (
    ESCAPES,
    inflate,
    opaque_runs,
    readable,
    unbase64,
    unescape,
)

MAX_PATH = 8
"""Steps of a path; a nested redirect in a base64 JSON state takes five."""
MAX_LAYERS = 20_000
_BUDGET = 2 * 1024 * 1024
"""Characters that all layers of one text may add up to, beyond 16 times its own size."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HIDDEN = re.compile(r"<input\b|\b(?:href|action|src|content)\s*=", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layer:
    """A text, and the layers that had to be taken off to read it.

    ``path`` reads from the outside in, for example ``("query state", "base64url", "JSON v")``; it
    is empty for the text itself.
    """

    text: str
    path: tuple[str, ...] = ()


def peel(text: str) -> Iterator[Layer]:
    """Every distinct text that a text hides, the text itself first."""
    fresh, peeled, seen = deque([Layer(text)]), deque[Layer](), {text}
    budget = _BUDGET + 16 * len(text)
    while fresh or peeled:
        if fresh:
            layer = fresh.popleft()
            yield layer
            peeled.append(layer)
            found = _named(layer.text)
        else:
            layer = peeled.popleft()
            found = _unnamed(layer.text)
        if len(layer.path) >= MAX_PATH:
            continue
        for name, part in found:
            if not part or part in seen or len(part) > budget or len(seen) >= MAX_LAYERS:
                continue
            budget -= len(part)
            seen.add(part)
            fresh.append(Layer(part, (*layer.path, name)))


def follow(text: str, path: tuple[str, ...]) -> Iterator[str]:
    """The texts that lie where a path of :func:`peel` leads, in this text."""
    if not path:
        yield text
        return
    for name, part in chain(_named(text), _unnamed(text)):
        # Whether base64 shows that it is base64url depends on the value.
        if name.replace("base64url", "base64") == path[0].replace("base64url", "base64"):
            yield from follow(part, path[1:])


def _named(text: str) -> Iterator[Part]:
    """What lies directly under a text in a place that has a name."""
    yield from _url(text)
    yield from _json(text)
    yield from _markup(text)
    yield from _packed(text.strip())


def _unnamed(text: str) -> Iterator[Part]:
    """The whole text without its escapes, and base64 and hex runs anywhere in it."""
    for name, sign, pattern, decode in ESCAPES:
        if sign in text and (plain := unescape(text, pattern, decode)) != text:
            yield name, plain
    for _, _, how, data in opaque_runs(text):
        yield f"{', '.join(how)} inside", readable(data)


def _url(text: str) -> Iterator[Part]:
    """Fragment, query or form parameters, and path segments."""
    rest, _, fragment = text.partition("#")
    if fragment and "=" not in fragment:
        yield "fragment", fragment
    yield from _parameters("fragment", fragment)
    address, question, query = rest.partition("?")
    if question:
        yield from _parameters("query", query)
    elif "=" in rest and not _SCHEME.match(rest):
        yield from _parameters("form", rest)
    if "/" in address and _SCHEME.match(address):
        segments = address.partition(":")[2].lstrip("/").split("/")
        for number, segment in enumerate(segments[1:], start=1):
            yield f"path segment {number}", _plain(segment)


def _parameters(where: str, text: str) -> Iterator[Part]:
    if "=" not in text or len(text) > 65_536:
        return
    for pair in re.split("[&;]", text):
        name, equals, value = pair.partition("=")
        if equals and len(name) <= 128:
            yield f"{where} {_plain(name).strip()}", _plain(value)


def _plain(text: str) -> str:
    """Percent-decode; ``+`` stays, because verifiers and base64 know no spaces."""
    if "%" not in text:
        return text
    return readable(unquote_to_bytes(text))


def _json(text: str) -> Iterator[Part]:
    if text.lstrip()[:1] not in {"{", "[", '"'}:
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _values(value, "JSON")


def _values(value: Any, name: str, depth: int = 0) -> Iterator[Part]:
    if depth > 32:
        return
    match value:
        case str():
            yield name, value
        case dict():
            for key, item in value.items():
                yield from _values(item, f"{name}{'.' if depth else ' '}{key}", depth + 1)
        case list():
            for number, item in enumerate(value):
                yield from _values(item, f"{name}[{number}]", depth + 1)


def _markup(text: str) -> Iterator[Part]:
    """Values of inputs by their names; values of links and forms by their attributes."""
    if "<" not in text or not _HIDDEN.search(text):
        return
    for tag in re.findall(r"<[a-zA-Z][^<>]*>", text):
        found = {name.lower(): html.unescape(a or b) for name, a, b in _ATTRIBUTE.findall(tag)}
        if "name" in found and "value" in found:
            yield f"input {found['name']}", found["value"]
        for name in ("href", "action", "src", "content"):
            if name in found:
                yield name, found[name]


def _packed(text: str) -> Iterator[Part]:
    """A text that is, as a whole, base64, hex or the parts of a JWT."""
    if _HEX.fullmatch(text):
        yield from _bytes("hex", bytes.fromhex(text))
    if _BASE64.fullmatch(text):
        yield from _bytes("base64url" if {"-", "_"} & set(text) else "base64", unbase64(text))
    jwt = text.split(".")
    # A JWE has five parts and gives nothing away.
    if len(jwt) == 3 and jwt[0].startswith("ey"):
        for name, part in zip(("JWT header", "JWT payload"), jwt, strict=False):
            if _BASE64.fullmatch(part):
                yield from _bytes(name, unbase64(part))


def _bytes(name: str, data: bytes) -> Iterator[Part]:
    if not data:
        return
    plain = readable(data)
    if plain.isprintable() or plain.isascii():
        yield name, plain
    if (inflated := inflate(data)) is not None:
        yield f"{name}, deflate", readable(inflated)
