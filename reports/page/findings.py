"""What an assessment is read for, before all else: what is open, and what is not as it should be.

A run of the built-in target has none of it: there an attack that succeeds is the demonstration.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from reports.judgement.result import result, tally, trouble
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.outline import Chapter, unknown_scenario
from reports.records import ScenarioInfo
from reports.runlog import StoredRun

_HEADINGS = {
    Gate.VIOLATED: "Findings",
    Gate.UNDECIDED: "Undecided",
    Gate.STALE: "Not as the baseline says",
}


@dataclass(frozen=True)
class Finding:
    """One cell that is not well. ``anchor`` leads to it; none, where the run has no such cell."""

    verdict: Verdict
    info: ScenarioInfo
    client: str
    anchor: str = ""


@dataclass(frozen=True)
class Group:
    """All of one kind, by the scenario that has shown it."""

    heading: str
    count: int
    scenarios: tuple[tuple[ScenarioInfo, tuple[Finding, ...]], ...]


@dataclass(frozen=True)
class Findings:
    """``result`` is the whole in one line; ``target_file`` is the name of the file alone."""

    result: str
    green: bool
    target_file: str
    groups: tuple[Group, ...]


def findings(run: StoredRun, judgement: Judgement, told: Iterable[Chapter]) -> Findings | None:
    """Gather what a run has found, if a target file has asked for it."""
    if not run.started.target_file:
        return None
    everything = [*_in_the_plan(told), *_beside_it(run, judgement)]
    counts = tally(each.verdict for each in everything)
    wrong = trouble(run, judgement, counts.applicable)
    groups = (
        _group(heading, [each for each in everything if each.verdict.gate is gate])
        for gate, heading in _HEADINGS.items()
    )
    return Findings(
        result(counts.undecided, counts.violated, counts.stale, counts.met, wrong),
        not (counts.undecided or counts.violated or counts.stale or wrong),
        PurePath(run.started.target_file).name,
        tuple(group for group in groups if group.count),
    )


def _group(heading: str, found: list[Finding]) -> Group:
    infos = {each.info.id: each.info for each in found}
    scenarios = (
        (info, tuple(each for each in found if each.info.id == name))
        for name, info in infos.items()
    )
    return Group(heading, len(found), tuple(scenarios))


def _in_the_plan(told: Iterable[Chapter]) -> Iterator[Finding]:
    for chapter in told:
        for row in chapter.rows:
            for cell in filter(None, row.cells):
                yield Finding(cell.verdict, chapter.info, cell.posture.title, cell.anchor)


def _beside_it(run: StoredRun, judgement: Judgement) -> Iterator[Finding]:
    """What only a baseline still knows of."""
    planned = {cell.id for cell in run.started.plan}
    for verdict in judgement.verdicts:
        if verdict.cell not in planned:
            yield Finding(verdict, unknown_scenario(verdict.scenario), verdict.posture)
