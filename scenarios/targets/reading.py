"""Reads a target file strictly: a misspelt key must not switch anything off."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from scenarios.targets.checks import problems_in
from scenarios.targets.problems import Lines, Problem, TargetFileError
from scenarios.targets.sections import (
    FILL_IN,
    AccountSection,
    ClientSection,
    LimitsSection,
    LoginSection,
    PermissionSection,
    PolicySection,
    ProviderSection,
    ResourceSection,
    Sections,
)
from scenarios.targets.sources import Source

_KINDS: dict[str, type] = {
    "provider": ProviderSection,
    "permission": PermissionSection,
    "login": LoginSection,
    "accounts": dict[str, AccountSection],
    "clients": dict[str, ClientSection],
    "resource": ResourceSection,
    "policy": PolicySection,
    "limits": LimitsSection,
}
_NEEDED = ("provider", "accounts", "clients")
_NAMED = frozenset({"accounts", "clients"})
_SECRETS = frozenset({"password", "secret"})
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`")


class TargetFile:
    """A target file that is in order. ``name`` is that of the file, as the user gave it."""

    def __init__(self, path: Path, sections: Sections, lines: Lines) -> None:
        self.path = path
        self.sections = sections
        self._lines = lines

    @property
    def name(self) -> str:
        """What the target is called: the file's name without its endings."""
        return self.path.name.removesuffix(".toml").removesuffix(".idp")

    @property
    def folder(self) -> Path:
        """What other files are named relative to."""
        return self.path.parent

    def line_of(self, *path: str) -> int:
        """On which line a table or key stands."""
        return self._lines.of(*path)


def read_target(path: Path, today: date | None = None) -> TargetFile:
    """Read a target file. Raises :class:`TargetFileError` with all that is wrong."""
    text = _text(path)
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        problem = Problem(int(found[1]) if found else 1, f"{error}.", "Mend the TOML there.")
        raise TargetFileError(path, [problem]) from None
    lines = Lines(text)
    if mistakes := [*_mistakes(said, lines), *_blanks((), said, lines)]:
        raise TargetFileError(path, mistakes)
    sections = msgspec.convert(said, Sections)
    if problems := list(problems_in(sections, lines, path.parent, today or date.today())):
        raise TargetFileError(path, problems)
    return TargetFile(path, sections, lines)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        remedy = "codejack init ISSUER > demo.idp.toml writes one to begin with."
        raise TargetFileError(path, [Problem(1, f"It cannot be read: {reason}.", remedy)]) from None


def _mistakes(said: dict[str, Any], lines: Lines) -> Iterator[Problem]:
    """What does not have the shape of a target file, the first thing of each table."""
    for name, value in said.items():
        if name not in _KINDS:
            yield Problem(lines.of(name), f"There is no [{name}].", _known(name, _KINDS))
        elif name in _NAMED and isinstance(value, dict):
            for each, table in value.items():
                yield from _in_table((name, each), table, lines)
        else:
            yield from _in_table((name,), value, lines)
    for name in _NEEDED:
        if name not in said:
            where = f"[{name}.NAME]" if name in _NAMED else f"[{name}]"
            yield Problem(1, f"There is no {where}.", "See docs/targets.md for what it says.")


def _blanks(path: tuple[str, ...], said: Any, lines: Lines) -> Iterator[Problem]:
    """What ``codejack init`` has left to the user."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield from _blanks((*path, key), value, lines)
    elif said == FILL_IN or said == [FILL_IN]:
        yield Problem(lines.of(*path), f"{'.'.join(path)} is not filled in.", "Write it there.")


def _in_table(path: tuple[str, ...], value: Any, lines: Lines) -> Iterator[Problem]:
    kind = _KINDS[path[0]]
    if path[0] in _NAMED and len(path) > 1:
        kind = AccountSection if path[0] == "accounts" else ClientSection
    if isinstance(value, dict):
        for key in _SECRETS & value.keys():
            if isinstance(value[key], str):
                yield Problem(
                    lines.of(*path, key),
                    f"{key} stands here in clear.",
                    f'Say where it is: {key} = {{ env = "NAME" }}, or keyring, or file.',
                )
                value = {**value, key: {"env": "-"}}
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        yield _explained(path, str(error), kind, lines)


def _explained(path: tuple[str, ...], error: str, kind: type, lines: Lines) -> Problem:
    place = _PLACE.search(error)
    keys = [key for key in re.split(r"[.\[\]]+", place[1]) if key] if place else []
    if unknown := _UNKNOWN.search(error):
        inner = Source if keys and keys[-1] in _SECRETS else kind
        line = lines.of(*path, unknown[1]) if inner is kind else lines.of(*path, keys[-1])
        table = ".".join(path)
        return Problem(
            line, f"[{table}] has no key {unknown[1]!r}.", _known(unknown[1], _fields(inner))
        )
    what = error.partition(" - at")[0]
    where = ".".join((*path, *keys))
    return Problem(lines.of(*path, *keys), f"{where}: {what}.", "See docs/targets.md.")


def _fields(kind: type) -> list[str]:
    return [each.name for each in msgspec.structs.fields(kind)]


def _known(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f"Did you mean {close[0]}?" if close else f"There are {', '.join(known)}."
