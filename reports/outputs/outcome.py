"""From a judged run to its outcome as plain values."""

from collections.abc import Iterable
from typing import Any

import msgspec

from reports.judgement.result import result, tally, trouble
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.outputs.assessment import (
    SCHEMA_VERSION,
    Assessment,
    Cell,
    Client,
    Counts,
    Scenario,
)
from reports.page.outline import columns, scenarios, unjudged, unknown_scenario
from reports.page.visible import clip, visible
from reports.records import PlannedCell, PostureInfo, ScenarioInfo
from reports.runlog import StoredRun


def outcome(run: StoredRun, judgement: Judgement) -> Assessment:
    """What a judged run comes to. A planned cell that has no verdict is undecided."""
    verdicts = _all_verdicts(run, judgement)
    info = {each.id: each for each in scenarios(run)}
    planned = {each.id: each for each in run.started.plan}
    cells = tuple(_cell(v, info.get(v.scenario), planned.get(v.cell)) for v in verdicts)
    counts = tally(verdicts)
    wrong = trouble(run, judgement, counts.applicable)
    finished = run.finished
    told = Assessment(
        schema_version=SCHEMA_VERSION,
        run=run.started.run,
        version=run.started.version,
        target_file=run.started.target_file,
        environment=run.started.environment,
        started=run.started.at,
        finished=finished.at if finished else "",
        seconds=finished.seconds if finished else 0.0,
        complete=judgement.complete,
        exit_code=judgement.exit_code or (3 if wrong or counts.undecided else 0),
        result=result(counts.undecided, counts.violated, counts.stale, counts.met, wrong),
        trouble=wrong,
        counts=Counts(*counts),
        clients=tuple(map(_client, _postures(run, verdicts))),
        scenarios=tuple(map(_scenario, _scenarios(info, verdicts))),
        cells=cells,
        findings=_with(Gate.VIOLATED, cells),
        undecided=_with(Gate.UNDECIDED, cells),
        stale=_with(Gate.STALE, cells),
    )
    return msgspec.convert(_seen(msgspec.to_builtins(told)), Assessment)


def _all_verdicts(run: StoredRun, judgement: Judgement) -> tuple[Verdict, ...]:
    judged = {verdict.cell for verdict in judgement.verdicts}
    silent = (unjudged(cell) for cell in run.started.plan if cell.id not in judged)
    return (*judgement.verdicts, *silent)


def _cell(verdict: Verdict, info: ScenarioInfo | None, planned: PlannedCell | None) -> Cell:
    return Cell(
        scenario=verdict.scenario,
        client=verdict.posture,
        channel=verdict.channel,
        observed=verdict.observed,
        expected=verdict.expected,
        tolerated=bool(planned and planned.tolerated),
        gate=verdict.gate,
        reason=verdict.reason,
        remedy=info.remedy if info else "",
        clauses=info.clauses if info else (),
        clause=verdict.clause,
        evidence=verdict.evidence,
        decisive=verdict.decisive,
        notes=verdict.notes,
        settle=verdict.settle,
        seconds=verdict.seconds,
    )


def _with(gate: Gate, cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(cell for cell in cells if cell.gate is gate)


def _postures(run: StoredRun, verdicts: Iterable[Verdict]) -> tuple[PostureInfo, ...]:
    """The clients of the run, and those that only the baseline still knows."""
    known = {each.id: each for each in columns(run)}
    for name in dict.fromkeys(verdict.posture for verdict in verdicts):
        known.setdefault(name, PostureInfo(name, name, {}))
    return tuple(known.values())


def _scenarios(
    known: dict[str, ScenarioInfo], verdicts: Iterable[Verdict]
) -> tuple[ScenarioInfo, ...]:
    gone = dict.fromkeys(v.scenario for v in verdicts if v.scenario not in known)
    return (*known.values(), *(unknown_scenario(name) for name in gone))


def _client(posture: PostureInfo) -> Client:
    return Client(
        name=posture.id,
        title=posture.title,
        issuer=posture.target.issuer if posture.target else "",
        settings=posture.switches,
        declared_in=posture.declared_in,
        declared_at=posture.declared_at,
    )


def _scenario(info: ScenarioInfo) -> Scenario:
    return Scenario(
        id=info.id,
        family=info.family,
        title=info.title,
        story=info.story,
        vantage=info.vantage,
        clauses=info.clauses,
        remedy=info.remedy,
        prize=info.proof,
    )


def _seen(value: Any) -> Any:
    match value:
        case str():
            return visible(clip(value))
        case dict():
            return {_seen(key): _seen(item) for key, item in value.items()}
        case list() | tuple():
            return [_seen(item) for item in value]
        case _:
            return value
