"""The kill matrix in words: for machines, and for a terminal."""

from collections.abc import Iterator
from typing import Any

from reports.judgement.verdicts import Verdict
from reports.matrix.outcome import KillMatrix
from reports.records import Observation

_MOST_FAULTS = 40


def as_json(matrix: KillMatrix) -> dict[str, Any]:
    """What ``codejack matrix --json`` prints, and ``matrix.json`` holds.

    ``{"scenarios": n, "weaknesses": [{"name", "caught_by", "expected"}], "hardened": {"succeeded",
    "limits", "inconclusive"}, "faults": [...], "seconds": s, "cells": [...]}``. ``succeeded`` are
    all scenarios that succeed where nothing is weak; those among ``limits`` declare that they do.
    """
    return {
        "scenarios": len(matrix.scenarios),
        "weaknesses": [
            {"name": row.name, "caught_by": row.caught_by, "expected": row.expected}
            for row in matrix.rows
        ],
        "hardened": {
            "succeeded": matrix.succeeded,
            "limits": matrix.limits,
            "inconclusive": matrix.inconclusive,
        },
        "faults": matrix.faults,
        "seconds": matrix.seconds,
        "cells": [_cell(matrix, verdict) for verdict in matrix.verdicts],
    }


def summary(matrix: KillMatrix) -> Iterator[str]:
    """The outcome, line by line: the verdict last, and before it whatever spoils it."""
    observed = [verdict.observed for verdict in matrix.verdicts]
    won = observed.count(Observation.ATTACK_SUCCEEDED)
    blocked = observed.count(Observation.ATTACK_BLOCKED)
    open_ = observed.count(Observation.INCONCLUSIVE)
    yield (
        f"{len(matrix.scenarios)} scenarios, {len(matrix.rows)} weaknesses, {len(observed)} cells "
        f"in {matrix.seconds:.0f} s: {won} succeeded, {blocked} blocked, {open_} inconclusive"
    )
    if matrix.limits:
        yield f"succeed though nothing is weak, as limits of the protocol: {_joined(matrix.limits)}"
    for fault in matrix.faults[:_MOST_FAULTS]:
        yield f"! {fault}"
    if len(matrix.faults) > _MOST_FAULTS:
        yield f"! and {len(matrix.faults) - _MOST_FAULTS} more; matrix.json has them all"
    caught = sum(bool(row.caught_by) for row in matrix.rows)
    if matrix.faults:
        yield f"{len(matrix.faults)} faults; {caught} of {len(matrix.rows)} weaknesses were caught."
    elif matrix.rows:
        yield f"All {caught} weaknesses were caught, and each only by what should see it."
    else:
        yield "Where nothing is weak, nothing succeeded but declared limits of the protocol."


def _cell(matrix: KillMatrix, verdict: Verdict) -> dict[str, Any]:
    posture = matrix.postures.get(verdict.posture)
    return {
        "scenario": verdict.scenario,
        "channel": verdict.channel,
        "posture": verdict.posture,
        "weaknesses": posture.weaknesses if posture else (),
        "observed": verdict.observed,
        "expected": verdict.expected,
        "gate": verdict.gate,
        "reason": verdict.reason,
        "seconds": verdict.seconds,
    }


def _joined(names: tuple[str, ...]) -> str:
    return ", ".join(names)
