"""On which line of a TOML text something stands, for messages that point at it."""

import re
import tomllib
from collections.abc import Iterator

_HEADER = re.compile(r"\s*\[")
_ENTRY = re.compile(r"\s*\[\[\s*[\"']?accepted[\"']?\s*\]\]")


def line_of_key(text: str, key: str) -> int:
    """The first line, from 1, that gives this key a value or begins its table; 1 if none does."""
    names = re.compile(rf"\s*\[*\s*(?:covered\s*\.\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
    return next((number for number, line in begun(text) if names.match(line)), 1)


def line_of_entry(text: str, number: int, key: str = "") -> int:
    """Where the acceptance of this number (from 0) begins, or gives a key of its own a value."""
    lines = list(begun(text))
    begins = [index for index, (_, line) in enumerate(lines) if _ENTRY.match(line)]
    if number >= len(begins):  # written otherwise, as a list of inline tables
        return line_of_key(text, "accepted")
    first, *rest = lines[begins[number] :]
    names = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    for at, line in rest:
        if _HEADER.match(line):
            break
        if key and names.match(line):
            return at
    return first[0]


def begun(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin something, with their numbers: none that goes on with a long value."""
    whole = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if _is_whole(whole):
            yield number, line
            whole = ""
        whole += line + "\n"


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
