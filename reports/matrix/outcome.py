"""The kill matrix of a judged run: what was caught, by what, and whether that is all as it should.

A scenario catches a weakness when its attack succeeds under it, and neither where nothing is weak
nor where only that is weak which the weakness needs to exist.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation, PostureInfo, ScenarioInfo
from reports.runlog import StoredRun

_WON = Observation.ATTACK_SUCCEEDED

type Judged = tuple[StoredRun, Judgement]


@dataclass(frozen=True)
class Row:
    """One weakness: the scenarios that caught it, and those that the model says must."""

    name: str
    caught_by: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True)
class KillMatrix:
    """Everything that the matrix says; ``faults`` are the sentences that keep it from being green.

    ``limits`` are scenarios that succeed where nothing is weak, and declare it.
    """

    scenarios: dict[str, ScenarioInfo]
    rows: tuple[Row, ...]
    succeeded: tuple[str, ...]
    limits: tuple[str, ...]
    inconclusive: tuple[str, ...]
    faults: tuple[str, ...]
    seconds: float
    complete: bool
    postures: dict[str, PostureInfo]
    verdicts: tuple[Verdict, ...]


def kill_matrix(judged: Iterable[Judged], *, whole: bool = False) -> KillMatrix:
    """The matrix of the runs that ``codejack matrix`` has played side by side.

    ``whole``: they played everything there is, so a weakness that nothing caught is a fault, and so
    is a scenario that caught nothing.
    """
    return _Reader(tuple(judged), whole).matrix()


class _Reader:
    def __init__(self, judged: tuple[Judged, ...], whole: bool) -> None:
        self._whole = whole
        runs = [run for run, _ in judged]
        self._runs = runs
        self._complete = all(judgement.complete for _, judgement in judged)
        self._verdicts = tuple(each for _, judgement in judged for each in judgement.verdicts)
        self._postures = {each.id: each for run in runs for each in run.started.postures}
        self._scenarios = {each.id: each for run in runs for each in run.started.scenarios}

    def matrix(self) -> KillMatrix:
        hardened = [each for each in self._verdicts if not self._weak(each)]
        won = {each.scenario for each in hardened if each.observed is _WON}
        limits = {name for name in won if self._scenarios[name].limit}
        rows = tuple(self._rows(won))
        return KillMatrix(
            scenarios=self._scenarios,
            rows=rows,
            succeeded=tuple(sorted(won)),
            limits=tuple(sorted(limits)),
            inconclusive=tuple(
                each.cell for each in hardened if each.observed is Observation.INCONCLUSIVE
            ),
            faults=tuple(self._faults(won - limits, rows)),
            seconds=max((run.finished.seconds for run in self._runs if run.finished), default=0.0),
            complete=self._complete,
            postures=self._postures,
            verdicts=self._verdicts,
        )

    def _weak(self, verdict: Verdict) -> tuple[str, ...]:
        posture: PostureInfo | None = self._postures.get(verdict.posture)
        return posture.weaknesses if posture else ()

    def _rows(self, won_anyway: set[str]) -> Iterator[Row]:
        single: dict[str, list[Verdict]] = {}
        for each in self._verdicts:
            if len(weak := self._weak(each)) == 1:
                single.setdefault(weak[0], []).append(each)
        for name, here in single.items():
            needed = self._postures[here[0].posture].needs
            anyway = won_anyway | {
                each.scenario
                for need in needed
                for each in single.get(need, ())
                if each.observed is _WON
            }
            yield Row(
                name,
                _names((each for each in here if each.observed is _WON), anyway),
                _names((each for each in here if each.expected is _WON), anyway),
            )

    def _faults(self, won: set[str], rows: tuple[Row, ...]) -> Iterator[str]:
        for name in sorted(won):
            yield f"{name} succeeded although nothing is weak, and is no declared limit"
        if self._whole:
            yield from self._gaps(rows)
        for verdict in self._verdicts:
            if verdict.gate is not Gate.MET and verdict.observed is not Observation.NOT_APPLICABLE:
                yield (
                    f"{verdict.cell}: {verdict.observed}, expected {verdict.expected}: "
                    f"{verdict.reason}"
                )
        if not self._complete:
            yield "the run did not finish"

    def _gaps(self, rows: tuple[Row, ...]) -> Iterator[str]:
        for row in rows:
            if not row.caught_by:
                yield f"{row.name} was caught by no scenario"
        caught = {name for row in rows for name in row.caught_by}
        for scenario in self._scenarios.values():
            if scenario.id not in caught and not scenario.limit:
                yield f"{scenario.id} caught no weakness, so nothing shows that it could"


def _names(verdicts: Iterator[Verdict], but: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.scenario for each in verdicts if each.scenario not in but))
