"""What is wrong with a target file: where, why, and what to do about it."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reports.baseline.lines import begun

_KEY = re.compile(r"\s*([\"']?)([A-Za-z0-9_-]+)\1\s*[=.]")
_HEADER = re.compile(r"\s*\[")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong; ``line`` is counted from 1."""

    line: int
    reason: str
    remedy: str


class TargetFileError(Exception):
    """A target file cannot be used. Its text has a line for every problem."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        lines = [f"{path}:{each.line}: {each.reason} {each.remedy}" for each in self.problems]
        super().__init__("\n".join(lines))


class Lines:
    """On which line of a TOML text each table begins, and each key of it has its value."""

    def __init__(self, text: str) -> None:
        self._places: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in begun(text):
            if _HEADER.match(line):
                table = _path_of(line)
                self._places.setdefault(table, number)
            elif found := _KEY.match(line):
                self._places.setdefault((*table, found[2]), number)

    def of(self, *path: str) -> int:
        """The line of a table or key; that of what it would stand in, where it is missing."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, 1)


def _path_of(header: str) -> tuple[str, ...]:
    try:
        said = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    path = []
    while isinstance(said, dict) and said:
        ((name, said),) = said.items()
        path.append(name)
    return tuple(path)
