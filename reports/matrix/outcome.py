"""The kill matrix of a judged run: what was caught, by what, and whether that is all as it should.

A scenario catches a weakness when its attack succeeds under it, and neither where nothing is weak
nor where only that is weak which the weakness needs to exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation, PostureInfo
from reports.runlog import StoredRun

_WON = Observation.ATTACK_SUCCEEDED


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

    scenarios: tuple[str, ...]
    rows: tuple[Row, ...]
    succeeded: tuple[str, ...]
    limits: tuple[str, ...]
    inconclusive: tuple[str, ...]
    faults: tuple[str, ...]
    seconds: float
    verdicts: tuple[Verdict, ...]


def kill_matrix(run: StoredRun, judgement: Judgement) -> KillMatrix:
    """The matrix of a run that ``codejack matrix`` has played."""
    return _Reader(run, judgement).matrix()


class _Reader:
    def __init__(self, run: StoredRun, judgement: Judgement) -> None:
        self._run = run
        self._judgement = judgement
        self._postures = {posture.id: posture for posture in run.started.postures}
        self._scenarios = {each.id: each for each in run.started.scenarios}

    def matrix(self) -> KillMatrix:
        hardened = [each for each in self._judgement.verdicts if not self._weak(each)]
        won = {each.scenario for each in hardened if each.observed is _WON}
        limits = {name for name in won if self._scenarios[name].limit}
        rows = tuple(self._rows(won))
        return KillMatrix(
            scenarios=tuple(self._scenarios),
            rows=rows,
            succeeded=tuple(sorted(won)),
            limits=tuple(sorted(limits)),
            inconclusive=tuple(
                each.cell for each in hardened if each.observed is Observation.INCONCLUSIVE
            ),
            faults=tuple(self._faults(won - limits, rows)),
            seconds=self._run.finished.seconds if self._run.finished else 0.0,
            verdicts=self._judgement.verdicts,
        )

    def _weak(self, verdict: Verdict) -> tuple[str, ...]:
        posture: PostureInfo | None = self._postures.get(verdict.posture)
        return posture.weaknesses if posture else ()

    def _rows(self, won_anyway: set[str]) -> Iterator[Row]:
        single: dict[str, list[Verdict]] = {}
        for each in self._judgement.verdicts:
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
        for row in rows:
            if not row.caught_by:
                yield f"{row.name} was caught by no scenario"
        for verdict in self._judgement.verdicts:
            if verdict.gate is not Gate.MET and verdict.observed is not Observation.NOT_APPLICABLE:
                yield (
                    f"{verdict.cell}: {verdict.observed}, expected {verdict.expected}: "
                    f"{verdict.reason}"
                )
        if not self._judgement.complete:
            yield "the run did not finish"


def _names(verdicts: Iterator[Verdict], but: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.scenario for each in verdicts if each.scenario not in but))
