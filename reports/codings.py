"""The codings in which a value travels: escapes, base64, hex, deflate; and views through them.

A :class:`View` is a text with one or more codings taken off that still knows, for each of its
characters, which characters of the outermost text it came from. Redaction searches every view
and replaces in the outermost text.
"""

import html
import re
import zlib
from bisect import bisect_right
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

MAX_DEPTH = 6
MAX_INFLATED = 256 * 1024
"""A deflate bomb yields its first 256 KiB and no more."""
_BUDGET = 4 * 1024 * 1024
"""Characters that all views of one text may add up to, beyond 32 times its own size."""

_BACKSLASH = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)",
    re.DOTALL,
)
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLANKED = re.compile(f"{_PERCENT.pattern}|{_BACKSLASH.pattern}", re.DOTALL)
_URLSAFE = str.maketrans("-_", "+/")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "v": "\v", "a": "\a"}

Span = tuple[int, int]


def _percent(token: str) -> str:
    # One character per byte: UTF-8 stays in its bytes, so that every escape maps to one place.
    return chr(int(token[1:], 16))


def _backslash(token: str) -> str:
    kind = token[1]
    if len(token) == 2:
        return _CONTROL.get(kind, kind)
    if len(token) == 12:
        return chr(0x10000 + ((int(token[2:6], 16) & 0x3FF) << 10) + (int(token[8:], 16) & 0x3FF))
    number = int(token[2:], 16)
    return chr(number) if number < 0x110000 else token


ESCAPES: tuple[tuple[str, str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("percent", "%", _PERCENT, _percent),
    ("backslash", "\\", _BACKSLASH, _backslash),
    ("HTML", "&", _ENTITY, html.unescape),
)


def unbase64(run: str) -> bytes | None:
    """Decode base64 or base64url, padded or not; ``None`` for what is neither."""
    run = run.rstrip("=").translate(_URLSAFE)
    if len(run) % 4 == 1:
        run = run[:-1]
    try:
        return a2b_base64(run + "=" * (-len(run) % 4), strict_mode=False)
    except (Base64Error, ValueError):
        return None


def inflate(data: bytes) -> bytes | None:
    """Undo gzip, zlib or raw deflate; at most :data:`MAX_INFLATED` bytes, ``None`` for no such."""
    if len(data) < 4:
        return None
    gzip_or_zlib = data[:2] == b"\x1f\x8b" or (
        data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0
    )
    for window in (47, -15) if gzip_or_zlib else (-15,):
        try:
            plain = zlib.decompressobj(window).decompress(data, MAX_INFLATED)
        except zlib.error:
            continue
        if plain:
            return plain
    return None


@dataclass(frozen=True, slots=True)
class _Escaped:
    """Where each decoded escape stands in the decoded text, and where it stood before."""

    starts: list[int]
    ends: list[int]
    before: list[Span]

    def outer(self, span: Span) -> Span:
        return self._edge(span[0], 0), self._edge(span[1] - 1, 1) if span[1] > span[0] else 0

    def _edge(self, position: int, side: int) -> int:
        index = bisect_right(self.starts, position) - 1
        if index < 0:
            return position + side
        if position < self.ends[index]:
            return self.before[index][side]
        return self.before[index][1] + position - self.ends[index] + side

    def touches(self, span: Span) -> bool:
        index = bisect_right(self.starts, span[1]) - 1
        return index >= 0 and self.ends[index] >= span[0]


@dataclass(frozen=True, slots=True)
class View:
    """A text with the codings ``how`` taken off.

    ``anchor`` is ``None`` while every character can be traced to its own place; below an opaque
    coding (base64, hex, deflate) it is the span of the outermost text that carries the view.
    """

    text: str
    how: tuple[str, ...] = ()
    anchor: Span | None = None
    parent: "View | None" = None
    escaped: _Escaped | None = None

    def outer(self, start: int, end: int) -> Span:
        """Where the outermost text carries these characters."""
        span, view = (start, end), self
        while view.anchor is None and view.parent is not None and view.escaped is not None:
            span, view = view.escaped.outer(span), view.parent
        return view.anchor or span


def views(text: str, shortest: int = 8) -> Iterator[View]:
    """Every view of a text, the text itself first, breadth-first, bounded in depth and size.

    ``shortest`` is the length of the shortest value that is looked for; runs that cannot carry
    that much are left alone.
    """
    queue, seen = deque([View(text)]), {(None, text)}
    budget = _BUDGET + 32 * len(text)
    while queue:
        view = queue.popleft()
        yield view
        if len(view.how) >= MAX_DEPTH:
            continue
        for child in _children(view, shortest):
            # The same text at the same place, reached by another order of the same codings.
            key = (child.anchor, child.text)
            if key in seen or budget < len(child.text):
                continue
            budget -= len(child.text)
            seen.add(key)
            queue.append(child)


def _children(view: View, shortest: int) -> Iterator[View]:
    for name, sign, pattern, decode in ESCAPES:
        if sign in view.text and (child := _unescape(view, name, pattern, decode)):
            yield child
    yield from _opaque(view, shortest)


def _unescape(
    view: View, name: str, pattern: re.Pattern[str], decode: Callable[[str], str]
) -> View | None:
    pieces: list[str] = []
    escaped = _Escaped([], [], [])
    last = position = 0
    for match in pattern.finditer(view.text):
        plain = decode(match[0])
        start, end = match.span()
        pieces += (view.text[last:start], plain)
        position += start - last
        escaped.starts.append(position)
        position += len(plain)
        escaped.ends.append(position)
        escaped.before.append((start, end))
        last = end
    if not pieces:
        return None
    text = "".join(pieces) + view.text[last:]
    if text == view.text:
        return None
    return View(text, (*view.how, name), view.anchor, view, escaped)


def _opaque(view: View, shortest: int) -> Iterator[View]:
    for start, end, name, data in opaque_runs(view.text, shortest):
        # A run that no escape touched was already decoded in the parent.
        if view.escaped is not None and not view.escaped.touches((start, end)):
            continue
        anchor = view.anchor or view.outer(start, end)
        yield View(data.decode("latin-1"), (*view.how, name), anchor)
        if (plain := inflate(data)) is not None:
            yield View(plain.decode("latin-1"), (*view.how, name, "deflate"), anchor)


def opaque_runs(text: str, shortest: int = 8) -> Iterator[tuple[int, int, str, bytes]]:
    """Every run that base64 or hex could have produced: start, end, coding, decoded bytes.

    A run may begin with characters that belong to something else, so each is decoded at every
    alignment. Escapes cut runs: in ``%3DZm9v`` the run is ``Zm9v``.
    """
    if "%" in text or "\\" in text:
        text = _BLANKED.sub(lambda match: " " * len(match[0]), text)
    for match in _run_pattern("0-9a-fA-F", 2 * shortest).finditer(text):
        start, end = match.span()
        for offset in (0, 1):
            yield (
                start,
                end,
                "hex",
                bytes.fromhex(text[start + offset : end - (end - start - offset) % 2]),
            )
    least = max(6, shortest * 4 // 3)
    for match in _run_pattern("A-Za-z0-9+/_-", least).finditer(text):
        for start, end in _alphabets(match[0], match.start(), least):
            # Padding belongs to the run that is replaced.
            stop = end + len(text[end : end + 2]) - len(text[end : end + 2].lstrip("="))
            for offset in range(4):
                if data := unbase64(text[start + offset : end]):
                    yield start, stop, "base64", data
    yield from _wrapped(text)


_PATTERNS: dict[tuple[str, int], re.Pattern[str]] = {}
_WRAPPED = re.compile(r"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}")


def _run_pattern(alphabet: str, least: int) -> re.Pattern[str]:
    key = (alphabet, least)
    if key not in _PATTERNS:
        _PATTERNS[key] = re.compile(f"[{alphabet}]{{{least},}}")
    return _PATTERNS[key]


def _alphabets(run: str, base: int, least: int) -> Iterator[Span]:
    """The pieces of a run in one alphabet each: first base64url, then the standard one."""
    found = set()
    for foreign in ("+/", "-_"):
        cuts = [-1, *(i for i, char in enumerate(run) if char in foreign), len(run)]
        for left, right in pairwise(cuts):
            if right - left - 1 >= least and (left, right) not in found:
                found.add((left, right))
                yield base + left + 1, base + right


def _wrapped(text: str) -> Iterator[tuple[int, int, str, bytes]]:
    """Base64 in lines, as in mail and PEM."""
    if "\n" not in text:
        return
    for match in _WRAPPED.finditer(text):
        if data := unbase64(re.sub(r"\s", "", match[0])):
            yield *match.span(), "base64", data
