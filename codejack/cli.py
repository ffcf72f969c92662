"""The command line."""

import json
import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from codejack import baseline, lab, listing
from codejack import doctor as doctors
from codejack.arguments import (
    Channels,
    Headed,
    Json,
    Log,
    Output,
    Port,
    SlowMo,
    chosen_of,
    known_name,
    names_of,
)
from codejack.assess import assess, telling_errors
from codejack.compare import compare
from codejack.console import undecided_lines, verdict_table
from codejack.doctor_target import examine_target
from codejack.init import init
from codejack.matrix import MatrixOptions, default_jobs, play_matrix
from codejack.perform import FAILED, INTERRUPTED, PerformOptions, perform_and_publish
from reports.judgement.judge import judge as judge_run
from reports.judgement.verdicts import Judgement
from reports.publish import as_json, write_report
from reports.runlog import StoredRun, UnreadableLogError, read_log
from scenarios.channels import CHANNELS, Channel
from scenarios.matrix import PAIRS, Extent
from scenarios.postures import POSTURES, Posture
from scenarios.registry import Scenario, all_scenarios
from scenarios.stage.browser import BrowserMissingError
from scenarios.stage.options import LOOPBACK_PORT
from scenarios.weaknesses import catalogue

USAGE = 4

# The common ancestor of everything that is wrong with a command line.
_UsageError: Any = typer.BadParameter.__base__

app = typer.Typer(
    help="What if the authorization code is stolen? Plays the theft for real, and proves what "
    "happened.\n\nStart with [bold]codejack demo[/bold]. Exit codes: 0 everything decided and as "
    "expected, 1 not as expected, 2 interrupted, 3 undecided or the tool failed, 4 usage, 5 "
    "nothing ran.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(lab.app, name="lab")
app.add_typer(baseline.app, name="baseline")
app.command()(assess)
app.command()(compare)
app.command()(init)


_error = Console(stderr=True, soft_wrap=True)


@app.callback(invoke_without_command=True)
def codejack(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Options that belong to no command."""
    if show_version:
        typer.echo(f"codejack {version('codejack')}")
        raise typer.Exit


@app.command()
def demo(
    channel: Channels = None,
    headed: Headed = False,
    slow_mo: SlowMo = 0,
    port: Port = LOOPBACK_PORT,
    output: Output = doctors.RUNS,
    json_: Json = False,
) -> None:
    """Play the headline scenarios against the embedded identity provider, and write the report.

    Takes about a minute. Leaves the run log and one HTML file that opens from disk. To watch:
    codejack demo --headed --slow-mo 500
    """
    options = PerformOptions(headed, slow_mo, port, output)
    headline = [each for each in all_scenarios().values() if each.is_headline]
    _perform(headline, None, chosen_of(channel, CHANNELS, "channel"), options, json_)


@app.command()
def run(
    scenario: Annotated[list[str], typer.Argument(metavar="SCENARIO", help="See codejack list.")],
    posture: Annotated[
        list[str] | None,
        typer.Option(
            "--posture", metavar="NAME", help=f"Only in {names_of(POSTURES)}; repeatable."
        ),
    ] = None,
    channel: Channels = None,
    headed: Headed = False,
    slow_mo: SlowMo = 0,
    port: Port = LOOPBACK_PORT,
    output: Output = doctors.RUNS,
    json_: Json = False,
) -> None:
    """Play some scenarios.

    For example: codejack run stolen-code --posture no-pkce --posture s256 --headed --slow-mo 500
    """
    known = all_scenarios()
    chosen = [known[known_name(name, known, "scenario")] for name in dict.fromkeys(scenario)]
    postures = chosen_of(posture, POSTURES, "posture")
    options = PerformOptions(headed, slow_mo, port, output)
    _perform(chosen, postures, chosen_of(channel, CHANNELS, "channel"), options, json_)


@app.command()
def matrix(
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Only this one; repeatable."),
    ] = None,
    weakness: Annotated[
        list[str] | None,
        typer.Option("--weakness", metavar="NAME", help="Only this one; repeatable."),
    ] = None,
    hardened: Annotated[
        bool, typer.Option("--hardened", help="Only where nothing is weak: a quick sweep.")
    ] = False,
    pairs: Annotated[
        int, typer.Option("--pairs", min=0, help="How many pairs of weaknesses to draw.")
    ] = PAIRS,
    seed: Annotated[int, typer.Option("--seed", help="Which pairs the lot falls on.")] = 0,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, help="How many processes play side by side.")
    ] = default_jobs(),
    output: Output = doctors.RUNS,
    json_: Json = False,
) -> None:
    """Play every scenario hardened, and against each weakness alone; prove that each is caught.

    Writes matrix.html and matrix.json. Exits with 0 only if nothing succeeds where nothing is weak
    (but declared limits of the protocol), every weakness is caught, every cell is as the model
    says, and none is undecided. For example: codejack matrix --weakness pkce_optional
    """
    scenarios, weaknesses = all_scenarios(), catalogue()
    names = (
        [] if hardened else [known_name(w, weaknesses, "weakness") for w in weakness or weaknesses]
    )
    chosen = [scenarios[known_name(name, scenarios, "scenario")] for name in scenario or scenarios]
    whole = not (scenario or weakness or hardened)
    options = MatrixOptions(
        tuple(chosen), Extent(tuple(names), pairs=pairs, seed=seed), whole, jobs, output
    )
    try:
        raise typer.Exit(play_matrix(options, _error, None if json_ else Console()))
    except BrowserMissingError as error:
        raise _failure(str(error)) from None
    except OSError as error:
        raise _failure(f"The matrix cannot be written: {error}.") from None


@app.command(name="list")
def list_(
    weaknesses: Annotated[
        bool, typer.Option("--weaknesses", help="What can be wrong, and which scenarios see it.")
    ] = False,
    json_: Json = False,
) -> None:
    """List the scenarios: vantage, clauses, channels, postures, and which weaknesses they see."""
    scenarios = list(all_scenarios().values())
    console = Console(soft_wrap=True, highlight=False)
    if json_:
        _print_json(listing.weaknesses_as_json() if weaknesses else listing.as_json(scenarios))
    elif weaknesses:
        listing.show_weaknesses(console)
    else:
        listing.show(scenarios, console)


@app.command()
def judge(log: Log, json_: Json = False) -> None:
    """Judge a stored run again, offline: every cell, with the reason for what is not as expected.

    Also a run that crashed or was interrupted: what its log proves stays proven, and the rest is
    undecided. Exits like the run itself would have.
    """
    stored = _read(log)
    judgement = judge_run(stored)
    report = log.with_name("report.html")
    _show(judgement, log, report if report.exists() else None, json_)
    raise typer.Exit(judgement.exit_code)


@app.command()
def report(
    log: Log,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Default: beside the log.")
    ] = None,
) -> None:
    """Write the HTML report of a stored run again, offline."""
    stored = _read(log)
    path = output or log.with_name("report.html")
    try:
        write_report(stored, judge_run(stored), path)
    except OSError as error:
        raise _failure(f"The report cannot be written to {path}: {error.strerror}.") from None
    typer.echo(path)


@app.command()
def doctor(
    target: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A target file: sign everybody in there, honestly."),
    ] = None,
    port: Port = LOOPBACK_PORT,
    output: Output = doctors.RUNS,
    json_: Json = False,
) -> None:
    """Look at this machine, or at a target: what works, what does not, and what to do about it.

    With FILE, the victim and the attacker sign in at each client, as honest people do. What fails
    there is a mistake of the target file or a broken server, and no finding; a picture of the page
    that kept them is drawn.
    """
    if target is not None:
        with telling_errors():
            raise typer.Exit(examine_target(target, output, _error, json_))
    checks = doctors.examine(port, output)
    if json_:
        _print_json(doctors.as_json(checks))
    else:
        Console().print(doctors.render(checks))
    raise typer.Exit(0 if doctors.ready(checks) else FAILED)


def _perform(
    scenarios: Iterable[Scenario],
    postures: Sequence[Posture] | None,
    channels: Sequence[Channel] | None,
    options: PerformOptions,
    json_: bool,
) -> None:
    outcome = perform_and_publish(list(scenarios), postures, channels, options, _error)
    if outcome.judgement is not None:
        _show(outcome.judgement, outcome.log, outcome.report, json_)
    raise typer.Exit(outcome.exit_code)


def _show(judgement: Judgement, log: Path, report: Path | None, json_: bool) -> None:
    if json_:
        _print_json(as_json(judgement, log, report))
        return
    console = Console()
    console.print(verdict_table(judgement))
    for line in undecided_lines(judgement):
        console.print(line, soft_wrap=True)
    if report:
        console.print(f"report: {report}", soft_wrap=True, highlight=False)


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _read(log: Path) -> StoredRun:
    try:
        return read_log(log)
    except UnreadableLogError as error:
        _error.print(f"codejack: {error}", style="red", highlight=False, markup=False)
        raise typer.Exit(USAGE) from None


def _failure(message: str) -> typer.Exit:
    _error.print(f"codejack: {message}", style="red", highlight=False, markup=False)
    return typer.Exit(FAILED)


def main() -> None:
    """The entry point: usage errors exit with 4, as designed, and not with click's 2."""
    try:
        status = app(prog_name="codejack", standalone_mode=False)
    except _UsageError as error:
        error.show()
        sys.exit(USAGE)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except Exception:
        # Python would exit with 1, and that is what a finding exits with.
        traceback.print_exc()
        sys.exit(FAILED)
    sys.exit(status or 0)
