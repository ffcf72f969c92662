"""A small assessment: three clients, one cell of each kind, and hostile text on demand."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.outputs.assessment import Assessment
from reports.outputs.outcome import outcome
from reports.records import (
    SCHEMA_VERSION,
    ChannelInfo,
    Finished,
    Observation,
    PlannedCell,
    PostureInfo,
    Proof,
    ScenarioInfo,
    Started,
    Target,
)
from reports.runlog import StoredRun

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN, NONE = Observation.INCONCLUSIVE, Observation.NOT_APPLICABLE

TARGET = Target(
    "demo", "https://idp.example", "https://idp.example/a", "https://idp.example/t", "", "1"
)
SCENARIOS = (
    ScenarioInfo(
        id="stolen-code",
        family="interception",
        title="A stolen authorization code cannot be redeemed",
        story="A thief receives the redirect meant for the client and redeems the code itself.",
        vantage="Reads the authorization response.",
        clauses=("RFC7636#4.6", "OIDC-CORE#3.1.2.1"),
        remedy="Require PKCE with S256 for every client.",
        proof=Proof.TOKEN,
    ),
    ScenarioInfo(
        id="replayed-code",
        family="codes",
        title="A code that was redeemed once cannot be redeemed again",
        story="The thief tries a captured code twice.",
        vantage="Reads the authorization response.",
        clauses=("RFC6749#4.1.2",),
        remedy="Make codes single-use.",
        proof=Proof.DENIAL,
    ),
)
CLIENTS = tuple(
    PostureInfo(
        name,
        f"{name}: public, PKCE S256",
        {"client type": "public", "PKCE": "S256"},
        TARGET,
        declared_in="idps/demo.idp.toml",
        declared_at=line,
    )
    for name, line in (("web", 12), ("spa", 20), ("app", 31))
)
OUTCOMES = {
    ("stolen-code", "web"): (WON, Gate.VIOLATED),
    ("stolen-code", "spa"): (OPEN, Gate.UNDECIDED),
    ("stolen-code", "app"): (REFUSED, Gate.MET),
    ("replayed-code", "web"): (REFUSED, Gate.STALE),
    ("replayed-code", "spa"): (NONE, Gate.MET),
    ("replayed-code", "app"): (WON, Gate.MET),  # tolerated
}
GREEN = dict.fromkeys(OUTCOMES, (REFUSED, Gate.MET))


def verdict(scenario: str, client: str, observed: Observation, gate: Gate) -> Verdict:
    return Verdict(
        cell=f"{scenario}/access-log/{client}",
        scenario=scenario,
        channel="access-log",
        posture=client,
        observed=observed,
        expected=NONE if observed is NONE else REFUSED,
        gate=gate,
        reason=f"What {scenario} of {client} came to.",
        seconds=0.25,
        evidence=("e1", "e2"),
        decisive="e2",
        clause="RFC6749#5.2",
        notes=("a note",) if gate is Gate.STALE else (),
        settle="A server that answers." if gate is Gate.UNDECIDED else "",
    )


def assessed(
    outcomes: dict[tuple[str, str], tuple[Observation, Gate]] = OUTCOMES,
    finished: str = "completed",
    at: str = "2026-11-26T00:00:00.000000+00:00",
) -> tuple[StoredRun, Judgement]:
    """A run and its judgement; a run that is not ``finished`` never came to its end."""
    verdicts = tuple(verdict(*key, *came_to) for key, came_to in outcomes.items())
    plan = tuple(
        PlannedCell(v.cell, v.scenario, v.channel, v.posture, v.expected, "", v.observed is WON)
        for v in verdicts
    )
    channels = (ChannelInfo("access-log", "access log", ""),)
    started = Started(
        SCHEMA_VERSION,
        f"run-{at}",
        at,
        "0.1.0",
        SCENARIOS,
        CLIENTS,
        channels,
        plan,
        {"system": "x"},
    )
    end = Finished("2026-11-26T00:01:00.000000+00:00", 60.0, finished) if finished else None
    run = StoredRun(Path("run.jsonl"), started, (started, *([end] if end else [])), end)
    return run, Judgement(started.run, finished == "completed", verdicts)


def told(**changes: Any) -> Assessment:
    return outcome(*assessed(**changes))


def with_text(payload: str) -> Assessment:
    """The sample, with the payload at the end of every text that can hold one."""
    run, judgement = assessed()
    fixed = {"id", "cell", "scenario", "channel", "posture", "observed", "expected", "gate"}
    fixed |= {"proof", "refusals", "deviates", "record", "run", "at", "outcome", "version"}

    def poison(value: Any, key: str = "") -> Any:
        match value:
            case str() if key not in fixed:
                return value + payload
            case dict():
                return {name: poison(item, name) for name, item in value.items()}
            case list() | tuple():
                return [poison(item, key) for item in value]
            case _:
                return value

    def poisoned[T](value: T) -> T:
        return msgspec.convert(poison(msgspec.to_builtins(value)), type(value))

    started = poisoned(run.started)
    return outcome(
        StoredRun(run.path, started, (started,), run.finished),
        replace(poisoned(judgement), run=started.run),
    )


def named(old: str, new: str) -> Assessment:
    """The sample, with one id replaced wherever it occurs."""
    run, judgement = assessed()

    def renamed(value: Any) -> Any:
        match value:
            case str():
                return value.replace(old, new)
            case dict():
                return {renamed(key): renamed(item) for key, item in value.items()}
            case list() | tuple():
                return [renamed(item) for item in value]
            case _:
                return value

    started = msgspec.convert(renamed(msgspec.to_builtins(run.started)), Started)
    judged = msgspec.convert(renamed(msgspec.to_builtins(judgement)), Judgement)
    return outcome(StoredRun(run.path, started, (started,), run.finished), judged)
