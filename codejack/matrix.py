"""``codejack matrix``: prove that every weakness is caught, and only by what should see it."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from codejack.console import progress_bar
from codejack.shares import Share, Worker, playing
from reports.judgement.judge import judge
from reports.judgement.verdicts import Gate
from reports.matrix.outcome import KillMatrix, kill_matrix
from reports.matrix.page import render
from reports.matrix.told import as_json, summary
from reports.publish import write_whole
from reports.runlog import read_log
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import Scenario
from scenarios.runner import new_run
from scenarios.stage.browser import provide_browser
from scenarios.stage.options import StageOptions

VIOLATED, FAILED, NOTHING_RAN = 1, 3, 5


@dataclass(frozen=True)
class MatrixOptions:
    """What the user asked for. ``whole``: nothing was left out."""

    scenarios: tuple[Scenario, ...]
    extent: Extent
    whole: bool
    jobs: int
    output: Path


def play_matrix(options: MatrixOptions, errors: Console, results: Console | None) -> int:
    """Play, judge and write the matrix; the exit code. Without ``results``, JSON is printed.

    Raises :class:`scenarios.stage.browser.BrowserMissingError`, and ``OSError`` when nothing can be
    written.
    """
    folder = new_run(options.output).folder
    plan = matrix_plan(options.scenarios, options.extent)
    shares = _shares(options, folder, len(plan.groups))
    stage = StageOptions(provide_browser(lambda text: errors.print(text, style="dim")), port=0)
    plays = sum(len(cells) + 2 for cells in plan.groups.values())
    errors.print(f"{len(plan.cells)} cells, {plays} plays, {len(shares)} processes", style="dim")
    with _progress(errors, plays) as advance, playing(shares, stage, advance) as workers:
        logs = [share.folder / "run.jsonl" for share in shares]
        judged = [(run, judge(run)) for run in map(read_log, filter(Path.exists, logs))]
        matrix = kill_matrix(judged, whole=options.whole)
        artefacts = _write(folder, matrix)
        failures = [*_failures(workers), *_leaks(workers, shares, artefacts)]
    if results is None:
        print(json.dumps(as_json(matrix), indent=2, ensure_ascii=False))
    else:
        for line in summary(matrix):
            results.print(line, soft_wrap=True, highlight=False, markup=False)
        results.print(f"matrix: {artefacts[-1]}", soft_wrap=True, highlight=False)
    for failure in failures:
        errors.print(f"codejack: {failure}", style="red", highlight=False, markup=False)
    return FAILED if failures else exit_code(matrix)


def exit_code(matrix: KillMatrix) -> int:
    """0 green, 1 something is not as it should be, 3 undecided, 5 nothing ran."""
    if not matrix.verdicts:
        return NOTHING_RAN
    if any(verdict.gate is Gate.VIOLATED for verdict in matrix.verdicts):
        return VIOLATED
    undecided = any(verdict.gate is Gate.UNDECIDED for verdict in matrix.verdicts)
    if undecided or not matrix.complete:
        return FAILED
    return VIOLATED if matrix.faults else 0


def default_jobs() -> int:
    """As many processes as there are processors for them, and not too many for a laptop."""
    return min(os.process_cpu_count() or 1, 8)


def _shares(options: MatrixOptions, folder: Path, groups: int) -> list[Share]:
    count = max(1, min(options.jobs, groups))
    names = tuple(scenario.id for scenario in options.scenarios)
    return [
        Share(folder / f"share-{number + 1}", number, count, names, options.extent)
        for number in range(count)
    ]


def _write(folder: Path, matrix: KillMatrix) -> list[Path]:
    texts = {
        "matrix.json": json.dumps(as_json(matrix), indent=1, ensure_ascii=False),
        "matrix.html": render(matrix),
    }
    for name, text in texts.items():
        write_whole(folder / name, text)
    return [folder / name for name in texts]


def _failures(workers: Sequence[Worker]) -> Iterator[str]:
    for worker in workers:
        if worker.played and worker.played.error:
            yield f"a share of the matrix failed: {worker.played.error}"


def _leaks(
    workers: Sequence[Worker], shares: Sequence[Share], artefacts: Sequence[Path]
) -> Iterator[str]:
    for worker, share in zip(workers, shares, strict=True):
        worker.look_for_leaks([share.folder, *artefacts])
    for worker in workers:
        for leak in worker.leaks().found:
            yield f"leak: {leak}. Do not share this run; please report this as a bug of codejack."


@contextmanager
def _progress(console: Console, plays: int) -> Iterator[Callable[[], None]]:
    bar = progress_bar(console, "plays, honest logins included")
    task = bar.add_task("plays", total=plays)
    with bar:
        yield lambda: bar.advance(task)
