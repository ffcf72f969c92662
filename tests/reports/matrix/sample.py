"""A small judged matrix by hand: three scenarios, three weaknesses, and one that needs another."""

from pathlib import Path

from reports.judgement.verdicts import Gate, Judgement, Verdict
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
)
from reports.runlog import StoredRun

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN = Observation.INCONCLUSIVE

SCENARIOS = ("thief", "forger", "swap")
POSTURES = {
    "hardened": (),
    "lax": ("lax",),
    "loose": ("loose",),
    "hollow": ("hollow",),
    "lax+loose": ("lax", "loose"),
}
NEEDS = {"hollow": ("lax",)}
SEEN = {
    "hardened": {"swap"},
    "lax": {"thief", "swap"},
    "loose": {"forger", "swap"},
    "hollow": {"thief", "forger", "swap"},
    "lax+loose": {"thief", "forger", "swap"},
}
"""By posture, what succeeds. ``swap`` is a limit; ``hollow`` needs ``lax`` to exist."""


def judged(
    seen: dict[str, set[str]] = SEEN,
    expected: dict[str, set[str]] = SEEN,
    undecided: tuple[str, ...] = (),
    *,
    complete: bool = True,
) -> tuple[StoredRun, Judgement]:
    """The run and its judgement; ``undecided`` names cells as ``scenario/posture``."""
    cells = [(name, posture) for posture in seen for name in SCENARIOS]
    verdicts = tuple(
        _verdict(
            name,
            posture,
            OPEN if f"{name}/{posture}" in undecided else _of(name in seen[posture]),
            _of(name in expected[posture]),
        )
        for name, posture in cells
    )
    started = Started(
        schema_version=SCHEMA_VERSION,
        run="run",
        at="2026-11-25T09:00:00.000000+00:00",
        version="0",
        scenarios=tuple(_scenario(name) for name in SCENARIOS),
        postures=tuple(
            PostureInfo(
                posture,
                posture,
                {},
                weaknesses=POSTURES[posture],
                needs=NEEDS.get(posture, ()),
                description=f"What is wrong with {posture}.",
            )
            for posture in seen
        ),
        channels=(ChannelInfo("access-log", "leaked access logs", ""),),
        plan=tuple(
            PlannedCell(f"{name}/{posture}", name, "access-log", posture, REFUSED, "")
            for name, posture in cells
        ),
        environment={},
    )
    last = Finished("2026-11-25T09:01:00.000000+00:00", 60.0, "completed")
    run = StoredRun(Path("run.jsonl"), started, (started, last), last)
    return run, Judgement("run", complete, verdicts)


def _of(won: bool) -> Observation:
    return WON if won else REFUSED


def _scenario(name: str) -> ScenarioInfo:
    return ScenarioInfo(
        id=name,
        family="family",
        title=f"Nothing comes of <{name}>",
        story="story",
        vantage="vantage",
        clauses=("RFC9700#4.5",),
        remedy="remedy",
        proof=Proof.TOKEN,
        limit="the protocol has no answer" if name == "swap" else "",
    )


def _verdict(name: str, posture: str, observed: Observation, expected: Observation) -> Verdict:
    gate = Gate.MET if observed is expected else Gate.VIOLATED
    if observed is OPEN:
        gate = Gate.UNDECIDED
    return Verdict(
        cell=f"{name}/{posture}",
        scenario=name,
        channel="access-log",
        posture=posture,
        observed=observed,
        expected=expected,
        gate=gate,
        reason=f"because of <{posture}>",
        seconds=0.1,
    )
