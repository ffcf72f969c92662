"""An assessment from beginning to end: read the target file, look first, attack, judge, publish."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from codejack.console import RunProgress
from codejack.perform import FAILED, INTERRUPTED
from reports.baseline.file import baseline_path, read_baseline
from reports.baseline.gate import Choice, hold_against
from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement
from reports.publish import write_outputs
from reports.redaction.leakgate import UnreadableArtefactError, find_leaks
from reports.runlog import StoredRun, read_log
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.planning import assessed, assessment_plan, candidates
from scenarios.assessment.preflight import informed
from scenarios.assessment.questions import look_closely
from scenarios.assessment.standards import STANDARDS
from scenarios.planning import Plan
from scenarios.real import RealSite
from scenarios.registry import Scenario
from scenarios.resuming import NOTHING, Earlier, earlier
from scenarios.runner import Listener, Run, new_run, perform
from scenarios.stage.browser import provide_browser
from scenarios.stage.courtesy import HadEnoughError
from scenarios.stage.options import StageOptions
from scenarios.targets.reading import TargetFile

_BRACKETED = 10
"""Attacks between two honest logins."""


@dataclass(frozen=True)
class Wish:
    """What of a target the user wants assessed; empty means all. ``output`` is where runs go."""

    scenarios: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    output: Path = Path("reports/runs")
    resumed: Path | None = None
    """The folder of a run that was cut short, to go on with."""

    @property
    def choice(self) -> Choice:
        """The same, as a baseline asks for it."""
        return Choice(self.scenarios or None, self.clients or None)


@dataclass(frozen=True)
class Assessment:
    """What came of it. Without a judgement, nothing was attacked, and ``troubles`` says why."""

    exit_code: int
    folder: Path
    judgement: Judgement | None = None
    stored: StoredRun | None = None
    outputs: Mapping[str, Path] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()


def assess(target: TargetFile, site: RealSite, wish: Wish, console: Console) -> Assessment:
    """Play what applies, judge it, and hold it against the target's baseline.

    Raises :class:`scenarios.stage.browser.BrowserMissingError`, ``OSError``, and
    :class:`reports.baseline.file.BaselineError` before anything is attacked.
    """
    baseline, policy = read_baseline(baseline_path(target.path)), target.sections.policy
    kept = _kept(wish)
    run = new_run(wish.output)
    run.folder.mkdir(parents=True)
    options = StageOptions(provide_browser(lambda text: console.print(text, style="dim")), port=0)
    # Only those who are attacked need to get in; the others may stand for the attacker's own.
    attacked = wish.clients or {each.name for each in site.clients}
    scenarios = [each for each in assessed() if not wish.scenarios or each.id in wish.scenarios]
    looking = partial(look_closely, run.folder, site, attacked, scenarios, options)
    known = looked_first(looking, console)
    if known is None:
        return Assessment(INTERRUPTED, run.folder)
    if known.troubles:
        return Assessment(FAILED, run.folder, troubles=(*known.troubles, *known.seen))
    whole = informed(site, known)
    held = candidates(whole, known, STANDARDS[policy.hold_to], policy.tolerate)
    plan = assessment_plan(scenarios, (each for each in held if each.client.name in attacked))
    interrupted = _played(run, plan, scenarios, whole, options, console, kept)
    stored = read_log(run.log)
    judgement = hold_against(judge(stored), baseline, date.today(), wish.choice)
    outputs = write_outputs(stored, judgement, run.folder)
    leaked = _leaks((run, *known.runs), run.folder, console)
    code = INTERRUPTED if interrupted else FAILED if leaked else judgement.exit_code
    return Assessment(code, run.folder, judgement, stored, outputs)


def _kept(wish: Wish) -> Earlier:
    """What an earlier run has decided. Raises :class:`reports.runlog.UnreadableLogError`."""
    if wish.resumed is None:
        return NOTHING
    stored = read_log(wish.resumed / "run.jsonl")
    return earlier(stored, judge(stored))


def looked_first(
    looking: Callable[[Listener], Coroutine[Any, Any, Preflight]], console: Console
) -> Preflight | None:
    """Sign everybody in honestly, with progress; ``None`` when somebody interrupted it.

    ``looking`` does so, and is given who hears of it.
    """
    with RunProgress(console, 0) as progress:
        try:
            return _run(looking(progress.hear))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return None


def _played(
    run: Run,
    plan: Plan,
    scenarios: Sequence[Scenario],
    site: RealSite,
    options: StageOptions,
    console: Console,
    kept: Earlier,
) -> bool:
    """Play a plan, or what is left of it; whether somebody interrupted that."""
    left = kept.rest_of(plan).groups.values()
    plays = sum(len(cells) + 1 + -(-len(cells) // _BRACKETED) for cells in left)
    with RunProgress(console, plays) as progress:
        try:
            _run(perform(run, plan, scenarios, options, progress.hear, site, _BRACKETED, kept))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return True
        except ExceptionGroup as failed:
            if (enough := had_enough(failed)) is None:
                raise
            console.print(f"codejack: stopped: {enough}.", markup=False)
    return False


def had_enough(failed: BaseExceptionGroup[Any]) -> BaseException | None:
    """The first sign that the server has had enough, if that is what a run failed for."""
    found = failed.subgroup(HadEnoughError)
    if found is None:
        return None
    error = found.exceptions[0]
    return had_enough(error) if isinstance(error, BaseExceptionGroup) else error


def _run[T](work: Coroutine[Any, Any, T]) -> T:
    async def main() -> T:
        task = asyncio.current_task()
        assert task is not None
        # Ctrl-C cancels the main task already; the end of a CI job does the same.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    return asyncio.run(main())


def _leaks(runs: Sequence[Run], folder: Path, console: Console) -> bool:
    """Read every byte that was written again; whether a secret of any part is in it."""
    first, *others = (run.vault for run in runs)
    try:
        leaks = find_leaks([folder], first.together_with(others))
    except UnreadableArtefactError as error:
        console.print(f"codejack: the leak gate could not read {error}.", markup=False)
        return True
    for leak in leaks:
        console.print(f"codejack: leak: {leak}. Do not share this run.", markup=False)
    return bool(leaks)
