"""The kill matrix as one page: weaknesses down, scenarios across, and what was seen in each cell.

Like the attack report it opens from disk, asks the network for nothing and runs no script.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.judgement.verdicts import Gate, Verdict
from reports.matrix.outcome import KillMatrix
from reports.page.html import page, style
from reports.records import Observation, PostureInfo, ScenarioInfo

_SIGNS = {
    Observation.ATTACK_SUCCEEDED: ("won", "●"),
    Observation.ATTACK_BLOCKED: ("refused", "·"),
    Observation.INCONCLUSIVE: ("open", "?"),
    Observation.NOT_APPLICABLE: ("none", ""),
}


@dataclass(frozen=True)
class Sign:
    """What stands in a cell: its style, its character, and the words that go with it."""

    style: str
    text: str
    words: str


@dataclass(frozen=True)
class Line:
    """One line of the grid. ``kind`` is ``hardened``, ``weakness`` or ``pair``."""

    kind: str
    name: str
    posture: PostureInfo
    signs: tuple[Sign | None, ...]
    caught_by: tuple[str, ...] = ()


def render(matrix: KillMatrix) -> str:
    """The whole page. Pure: the same matrix gives the same bytes."""
    scenarios = sorted(matrix.scenarios.values(), key=lambda each: each.family)
    lines = list(_lines(matrix, scenarios))
    return page(
        "killmatrix.html.j2",
        style("report.css", "killmatrix.css"),
        matrix=matrix,
        scenarios=scenarios,
        families=_families(scenarios),
        kinds={kind: [line for line in lines if line.kind == kind] for kind in _KINDS},
        limits=[each for each in scenarios if each.id in matrix.limits],
    )


_KINDS = ("hardened", "weakness", "pair")


def _families(scenarios: list[ScenarioInfo]) -> dict[str, int]:
    """How many scenarios each family has, in the order of the grid."""
    counted: dict[str, int] = {}
    for each in scenarios:
        counted[each.family] = counted.get(each.family, 0) + 1
    return counted


def _lines(matrix: KillMatrix, scenarios: list[ScenarioInfo]) -> Iterator[Line]:
    cells: dict[tuple[str, ...], dict[str, Verdict]] = {}
    postures: dict[tuple[str, ...], PostureInfo] = {}
    for verdict in matrix.verdicts:
        posture = matrix.postures[verdict.posture]
        # Public and confidential clients share a line: no scenario is played with both.
        key = posture.weaknesses or ("", posture.id.partition(".")[2].partition(".")[2])
        cells.setdefault(key, {})[verdict.scenario] = verdict
        postures.setdefault(key, posture)
    caught = {row.name: row.caught_by for row in matrix.rows}
    for key, played in sorted(cells.items(), key=lambda item: _order(item[0])):
        signs = tuple(_sign(played.get(each.id)) for each in scenarios)
        name = _name(key)
        yield Line(_kind(key), name, postures[key], signs, caught.get(key[0], ()))


def _order(key: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return _KINDS.index(_kind(key)), key


def _kind(key: tuple[str, ...]) -> str:
    if not key[0]:
        return "hardened"
    return "weakness" if len(key) == 1 else "pair"


def _name(key: tuple[str, ...]) -> str:
    if not key[0]:
        return f"hardened, {key[1]}" if key[1] else "hardened"
    return " + ".join(key)


def _sign(verdict: Verdict | None) -> Sign | None:
    if verdict is None:
        return None
    look, text = _SIGNS[verdict.observed]
    wrong = "" if verdict.gate is Gate.MET else f" (expected {verdict.expected})"
    return Sign(
        f"{look} {'wrong' if wrong else ''}".strip(),
        text,
        f"{verdict.scenario} / {verdict.posture}: {verdict.observed}{wrong}. {verdict.reason}",
    )
