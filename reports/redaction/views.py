"""Views: a text with codings taken off, character by character traceable to where it came from.

Redaction searches every view of a text and replaces in the text itself.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reports.redaction.codings import (
    ANYTHING,
    ESCAPES,
    MAX_DEPTH,
    Sought,
    Span,
    opaque_runs,
    readable,
)

_BUDGET = 4 * 1024 * 1024
"""Characters that all views of one text may add up to, beyond 32 times its own size."""


@dataclass(frozen=True, slots=True)
class Escaped:
    """Where each decoded escape stands in the decoded text, and where it stood before."""

    starts: list[int]
    ends: list[int]
    before: list[Span]

    def outer(self, span: Span) -> Span:
        """The span before decoding; an escape that is hit in part counts whole."""
        return self._edge(span[0], 0), self._edge(span[1] - 1, 1)

    def _edge(self, position: int, side: int) -> int:
        index = bisect_right(self.starts, position) - 1
        if index < 0:
            return position + side
        if position < self.ends[index]:
            return self.before[index][side]
        return self.before[index][1] + position - self.ends[index] + side

    def touches(self, span: Span) -> bool:
        """Whether a decoded escape lies in the span or right beside it."""
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
    escaped: Escaped | None = None
    depth: int = 0

    def outer(self, start: int, end: int) -> Span:
        """Where the outermost text carries these characters."""
        span, view = (start, end), self
        while view.anchor is None and view.parent is not None and view.escaped is not None:
            span, view = view.escaped.outer(span), view.parent
        return view.anchor or span


def views(text: str, sought: Sought = ANYTHING) -> Iterator[View]:
    """Every view of a text, the text itself first, breadth-first, bounded in depth and size."""
    queue = deque([View(text)])
    seen: set[tuple[Span | None, str]] = {(None, text)}
    budget = _BUDGET + 32 * len(text)
    while queue:
        view = queue.popleft()
        yield view
        if view.depth >= MAX_DEPTH:
            continue
        for child in _children(view, sought):
            # The same text at the same place, reached by another order of the same codings.
            key = (child.anchor, child.text)
            if key in seen or budget < len(child.text):
                continue
            budget -= len(child.text)
            seen.add(key)
            queue.append(child)


def _children(view: View, sought: Sought) -> Iterator[View]:
    for name, sign, pattern, decode in ESCAPES:
        if sign in view.text and (child := _unescape(view, name, pattern, decode)):
            yield child
    # A run that no escape has touched was already decoded in the parent.
    touched = view.escaped.touches if view.escaped else None
    for start, end, how, data in opaque_runs(view.text, sought, touched):
        anchor = view.anchor or view.outer(start, end)
        yield View(readable(data), view.how + how, anchor, depth=view.depth + 1)


def _unescape(
    view: View, name: str, pattern: re.Pattern[str], decode: Callable[[str], str]
) -> View | None:
    pieces: list[str] = []
    escaped = Escaped([], [], [])
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
    text = "".join(pieces) + view.text[last:]
    if text == view.text:
        return None
    return View(text, (*view.how, name), view.anchor, view, escaped, view.depth + 1)
