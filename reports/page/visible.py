"""Captured text made safe to look at: nothing in it may hide, reorder or overflow the page.

Escaping for HTML is the template engine's work. This module does what escaping does not: control,
bidirectional and invisible characters become visible marks, long values are cut and say so, and
identifiers of the log become anchors.
"""

import re

from markupsafe import Markup, escape

LONGEST = 2_000
"""Characters of one header or body that the report shows; the log keeps the rest."""

_LABEL = re.compile(r"\b[a-z][a-z0-9_]*#\d+\b")
_CLAUSE = re.compile(r"RFC ?(\d{3,5})(?:#(\d+(?:\.\d+)*))?")


def visible(text: str) -> str:
    """Return the text with every character that a reader could not see replaced by a mark.

    Line feeds and tabs stay. NUL becomes ``␀``, a right-to-left override ``⟨U+202E⟩``.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in "\n\t" else _mark(ord(char)) for char in text
    )


def _mark(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def finalize(value: object) -> object:
    """Template hook: every string that is printed has passed :func:`clip` and :func:`visible`."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(clip(value))
    return value


def clip(text: str, longest: int = LONGEST) -> str:
    """Cut a long value, and say how much was left out."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} [… {len(text) - longest:,} more characters in the run log]"


def labelled(text: str) -> Markup:
    """Escape captured text and mark the labels in it (``code#1``), so that the eye can follow."""
    text = visible(clip(text))
    pieces, end = [], 0
    for match in _LABEL.finditer(text):
        pieces += [escape(text[end : match.start()]), Markup("<b>"), match[0], Markup("</b>")]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def anchor(*parts: str) -> str:
    """An element id that is stable, needs no quoting in a URL, and differs when the parts do."""
    return ".".join(
        re.sub(r"[^A-Za-z0-9-]", lambda m: f"_{ord(m[0]):x}_", part).replace("_2f_", ".")
        for part in parts
    )


def clause_title(clause: str) -> str:
    """``RFC7636#4.6`` in print: ``RFC 7636 §4.6``. Other texts stay as they are."""
    match = _CLAUSE.fullmatch(clause)
    if not match:
        return clause
    return f"RFC {match[1]}" + (f" §{match[2]}" if match[2] else "")


def clause_link(clause: str) -> str:
    """The address of an RFC's section at its editor, or an empty string for any other text."""
    match = _CLAUSE.fullmatch(clause)
    if not match:
        return ""
    section = f"#section-{match[2]}" if match[2] else ""
    return f"https://www.rfc-editor.org/rfc/rfc{match[1]}{section}"
