"""From a run log to what people read: the judgement, the report, and the JSON of a run."""

from pathlib import Path
from typing import Any

from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement, Verdict
from reports.page.html import render
from reports.runlog import StoredRun, read_log


def publish(log: Path, report: Path) -> Judgement:
    """Judge a stored run and write its report.

    Raises :class:`reports.runlog.UnreadableLogError`, and ``OSError`` when the report cannot be
    written.
    """
    run = read_log(log)
    judgement = judge(run)
    write_report(run, judgement, report)
    return judgement


def write_report(run: StoredRun, judgement: Judgement, report: Path) -> None:
    """Write the HTML report."""
    write_whole(report, render(run, judgement))


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def as_json(judgement: Judgement, log: Path, report: Path | None) -> dict[str, Any]:
    """What ``demo``, ``run`` and ``judge`` print with ``--json``."""
    return {
        "run": judgement.run,
        "log": str(log),
        "report": str(report) if report else None,
        "cells": [_cell(verdict) for verdict in judgement.verdicts],
    }


def _cell(verdict: Verdict) -> dict[str, Any]:
    return {
        "scenario": verdict.scenario,
        "channel": verdict.channel,
        "posture": verdict.posture,
        "observed": verdict.observed,
        "expected": verdict.expected,
        "gate": verdict.gate,
        "reason": verdict.reason,
        "seconds": verdict.seconds,
    }
