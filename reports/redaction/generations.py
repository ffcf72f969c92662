"""Generations: thousands of values looked for at once, while new ones keep coming.

An automaton cannot grow, and to build it anew for every value makes a run quadratic. So the values
live in generations with an automaton each: a few big old ones and a small new one. A new
generation swallows those before it that are not much bigger, so that each value is built in a few
times only, and a search asks a handful of automata.

An automaton knows only the tail of each value; whether the rest stands before it is looked up. A
token of a kilobyte costs no more than a code.
"""

import re
from collections.abc import Iterator, Mapping

from ahocorasick_rs import AhoCorasick

from reports.redaction.codings import Sought

_TAIL = 12  # characters, enough to make it rare that a tail stands without its value
_GROWTH = 4  # how many times bigger than the next one a generation is at least
_PRINTABLE = re.compile("[ -~]+")

Match = tuple[int, int, str]
"""Start, end and owner."""


class Generations:
    """Values with their owners; a value may have several, told in the order in which they came."""

    def __init__(self) -> None:
        self.count = 0
        """How many values were added; whoever has searched for all of them may remember it."""
        self.sought = Sought()
        """What every value has, so that texts without it need no look."""
        self._fresh: dict[str, tuple[str, ...]] = {}
        self._generations: list[_Generation] = []

    def add(self, value: str, owner: str) -> None:
        """Look for a value from now on."""
        stretch = max(map(len, _PRINTABLE.findall(value)), default=0)
        if not self.count:
            self.sought = Sought(len(value), stretch)
        elif len(value) < self.sought.shortest or stretch < self.sought.stretch:
            least = min(len(value), self.sought.shortest), min(stretch, self.sought.stretch)
            self.sought = Sought(*least)
        self.count += 1
        self._fresh[value] = (*self._fresh.get(value, ()), owner)

    def search(self, text: str, since: int = 0) -> list[Match]:
        """Every value in a text, overlapping ones too, in the order in which they end.

        With ``since``, an earlier ``count``, only what was added later must be found; older values
        may be found as well.
        """
        if self._fresh:
            self._settle()
        found: list[Match] = []
        for generation in self._generations:
            if generation.count > since:
                found += generation.search(text)
        if len(found) > 1:
            found.sort(key=lambda match: (match[1], match[0]))
        return found

    def _settle(self) -> None:
        """Build what is new into a generation, with the smaller ones before it."""
        values, older = self._fresh, self._generations
        while older and len(older[-1].values) < _GROWTH * len(values):
            values = _merged(older.pop().values, values)
        older.append(_Generation(values, self.count))
        self._fresh = {}


class _Generation:
    def __init__(self, values: Mapping[str, tuple[str, ...]], count: int) -> None:
        self.values = values
        self.count = count
        lengths: dict[str, set[int]] = {}
        for value in values:
            lengths.setdefault(value[-_TAIL:], set()).add(len(value))
        self._lengths = list(lengths.values())
        self._automaton = AhoCorasick(list(lengths), store_patterns=False)

    def search(self, text: str) -> Iterator[Match]:
        for index, _, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for length in self._lengths[index]:
                # A value longer than what stands before its tail is not here; a negative start
                # would count from the end.
                start = end - length
                if start >= 0:
                    for owner in self.values.get(text[start:end], ()):
                        yield start, end, owner


def _merged(
    old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    merged = dict(old)
    for value, owners in new.items():
        merged[value] = (*merged.get(value, ()), *owners)
    return merged
