"""From a run log to what people read: the judgement, the report, and the JSON of a run."""

from pathlib import Path
from typing import Any

import msgspec

from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement, Verdict
from reports.outputs.assessment import json_text
from reports.outputs.junit import junit
from reports.outputs.outcome import outcome
from reports.outputs.sarif import sarif
from reports.outputs.summary import summary
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


def write_outputs(run: StoredRun, judgement: Judgement, folder: Path) -> dict[str, Path]:
    """Write all that is made of a run, each file whole; the paths by what is in them.

    ``report``, ``json``, ``junit``, ``sarif`` and ``summary``. Raises ``OSError``.
    """
    told = outcome(run, judgement)
    texts = {
        "report": ("report.html", render(run, judgement)),
        "json": ("assessment.json", json_text(told)),
        "junit": ("junit.xml", junit(told)),
        "sarif": ("results.sarif", sarif(told)),
        "summary": ("summary.md", summary(told)),
    }
    for name, text in texts.values():
        write_whole(folder / name, text)
    return {kind: folder / name for kind, (name, _) in texts.items()}


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def assessment_as_json(run: StoredRun, judgement: Judgement) -> dict[str, Any]:
    """What ``assessment.json`` holds, for a program that adds to it."""
    values: dict[str, Any] = msgspec.json.decode(json_text(outcome(run, judgement)))
    return values


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
