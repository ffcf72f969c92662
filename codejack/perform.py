"""One run from the command line: provide the browser, play, judge, report, look for leaks."""

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from codejack.console import RunProgress
from reports.judgement.verdicts import Judgement
from reports.publish import publish
from reports.redaction.leakgate import UnreadableArtefactError, find_leaks
from reports.runlog import UnreadableLogError
from scenarios.channels import CUSTOM_SCHEME, Channel
from scenarios.planning import Plan, make_plan
from scenarios.postures import Posture
from scenarios.registry import Scenario
from scenarios.runner import Listener, Run, new_run, perform
from scenarios.stage.browser import BrowserMissingError, provide_browser, provide_desktop_tools
from scenarios.stage.options import StageOptions
from scenarios.stage.servers import PortTakenError

INTERRUPTED, FAILED = 2, 3


@dataclass(frozen=True)
class PerformOptions:
    """What the user asked for on the command line."""

    headed: bool
    slow_mo: float
    port: int
    output: Path


@dataclass(frozen=True)
class Outcome:
    """What came of a run. ``judgement`` is ``None`` when it never began."""

    exit_code: int
    log: Path
    report: Path
    judgement: Judgement | None = None


def perform_and_publish(
    scenarios: list[Scenario],
    postures: Sequence[Posture] | None,
    channels: Sequence[Channel] | None,
    options: PerformOptions,
    console: Console,
) -> Outcome:
    """Play, judge and report. Whatever happens, what was logged is judged and reported."""
    run = new_run(options.output)
    plan = make_plan(scenarios, postures, channels)
    try:
        stage_options = _provide(plan, options, console)
        run.folder.mkdir(parents=True)
    except BrowserMissingError as error:
        return _never_began(run, console, str(error))
    except OSError as error:
        why = f"{run.folder} cannot be created: {error.strerror}. Choose another with --output."
        return _never_began(run, console, why)
    if options.headed and not _has_display():
        why = "--headed needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set."
        return _never_began(run, console, f"{why} Try xvfb-run, or leave --headed out.")
    attacks = sum(len(cells) for cells in plan.groups.values())
    failure = INTERRUPTED
    try:
        with RunProgress(console, attacks + 2 * len(plan.groups)) as progress:
            _run(run, plan, scenarios, stage_options, progress.hear)
        failure = 0
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted; what was played so far is judged.", style="yellow")
    except PortTakenError as error:
        return _never_began(run, console, str(error))
    except Exception as error:
        failure = FAILED
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        what = run.vault.redact(str(error)).splitlines() or [""]
        _say(console, f"the run failed: {type(error).__name__}: {what[0]} The log has the rest.")
    try:
        judgement = publish(run.log, run.report)
    except (OSError, UnreadableLogError) as error:
        return _never_began(run, console, f"the run cannot be judged: {error}")
    leaked = _leaks(run, console)
    return Outcome(
        FAILED if leaked else failure or judgement.exit_code, run.log, run.report, judgement
    )


def _provide(plan: Plan, options: PerformOptions, console: Console) -> StageOptions:
    def say(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    if any(channel is CUSTOM_SCHEME for channel, _, _ in plan.groups):
        provide_desktop_tools(say)
    return StageOptions(
        browser=provide_browser(say),
        port=options.port,
        headed=options.headed,
        slow_mo=options.slow_mo,
    )


def _run(
    run: Run, plan: Plan, scenarios: list[Scenario], options: StageOptions, hear: Listener
) -> None:
    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        # Ctrl-C cancels the main task already; the end of a CI job does the same.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await perform(run, plan, scenarios, options, hear)

    asyncio.run(main())


def _leaks(run: Run, console: Console) -> bool:
    """Read every byte that the run wrote again; whether a secret of the run is in it."""
    try:
        leaks = find_leaks([run.folder], run.vault)
    except UnreadableArtefactError as error:
        _say(console, f"the leak gate could not read {error}. Do not share this run.")
        return True
    for leak in leaks:
        _say(console, f"leak: {leak.label} ({leak.encoding}) in {leak.path} at {leak.offset}")
    if leaks:
        _say(console, f"Do not share {run.folder}; please report this as a bug of codejack.")
    return bool(leaks)


def _never_began(run: Run, console: Console, why: str) -> Outcome:
    _say(console, why)
    return Outcome(FAILED, run.log, run.report)


def _say(console: Console, text: str) -> None:
    console.print(f"codejack: {text}", style="red", highlight=False, markup=False)


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
