"""Marking: the labels that stand in a text where secrets were."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighted:
    """A secret in a text: the span that carries it, and the codings between."""

    start: int
    end: int
    label: str
    how: tuple[str, ...]
    exact: bool

    def covers(self, other: "Sighted") -> bool:
        """Whether the span of this one includes that of the other."""
        return self.start <= other.start and other.end <= self.end


def tightest(found: list[Sighted]) -> list[Sighted]:
    """Without the opaque runs in which a smaller run carries the same secret."""
    return [one for one in found if one.exact or not _loose(one, found)]


def replace(text: str, found: list[Sighted]) -> str:
    """Put labels in place of what was found; what overlaps is replaced as one."""
    found = sorted(found, key=lambda one: (one.start, -one.end))
    pieces: list[str] = []
    last = 0
    for cluster in _clusters(found):
        start, end = cluster[0].start, max(one.end for one in cluster)
        pieces += (text[last:start], _name(cluster, start, end))
        last = end
    return "".join(pieces) + text[last:]


def _loose(one: Sighted, found: list[Sighted]) -> bool:
    return any(
        other.label == one.label and one.covers(other) and not other.covers(one) for other in found
    )


def _clusters(found: list[Sighted]) -> Iterator[list[Sighted]]:
    cluster: list[Sighted] = []
    end = 0
    for one in found:
        if cluster and one.start >= end:
            yield cluster
            cluster = []
        end = max(end, one.end) if cluster else one.end
        cluster.append(one)
    if cluster:
        yield cluster


def _name(cluster: list[Sighted], start: int, end: int) -> str:
    for one in cluster:
        if one.exact and (one.start, one.end) == (start, end):
            return one.label
    outermost = [
        one
        for one in cluster
        if not any(big.exact and big.covers(one) and not one.covers(big) for big in cluster)
    ]
    return f"[holds {' '.join(dict.fromkeys(one.label for one in outermost))}]"
