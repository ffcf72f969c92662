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


class CannotBeginError(Exception):
    """Nothing was played, and the message says what to do about it."""


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
        stage_options = _prepare(run, plan, options, console)
        failure = _attempt(run, plan, scenarios, stage_options, console)
        judgement = publish(run.log, run.report)
    except (CannotBeginError, BrowserMissingError, PortTakenError) as error:
        return _never_began(run, console, str(error))
    except (OSError, UnreadableLogError) as error:
        return _never_began(run, console, f"the run cannot be judged: {error}")
    leaked = _leaks(run, console)
    exit_code = FAILED if leaked else failure or judgement.exit_code
    return Outcome(exit_code, run.log, run.report, judgement)


def _prepare(run: Run, plan: Plan, options: PerformOptions, console: Console) -> StageOptions:
    def say(text: str) -> None:
        console.print(text, style="dim", highlight=False, markup=False)

    if options.headed and not _has_display():
        raise CannotBeginError(
            "--headed needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Try xvfb-run, or leave --headed out."
        )
    if any(key.channel is CUSTOM_SCHEME for key in plan.groups):
        provide_desktop_tools(say)
    browser = provide_browser(say)
    try:
        run.folder.mkdir(parents=True)
    except OSError as error:
        raise CannotBeginError(
            f"{run.folder} cannot be created: {error.strerror}. Choose another with --output."
        ) from None
    return StageOptions(browser, options.port, options.headed, options.slow_mo)


def _attempt(
    run: Run, plan: Plan, scenarios: list[Scenario], options: StageOptions, console: Console
) -> int:
    """Play the plan; 0, or the exit code of what ended it early."""
    plays = sum(len(cells) for cells in plan.groups.values()) + 2 * len(plan.groups)
    try:
        with RunProgress(console, plays) as progress:
            _run(run, plan, scenarios, options, progress.hear)
    except PortTakenError:
        raise
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted; what was played so far is judged.", style="yellow")
        return INTERRUPTED
    except Exception as error:
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        what = run.vault.redact(str(error)).splitlines() or [""]
        _say(console, f"the run failed: {type(error).__name__}: {what[0]} The log has the rest.")
        return FAILED
    return 0


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
