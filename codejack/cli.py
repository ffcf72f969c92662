"""The command line."""

import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from codejack import doctor as doctors
from codejack.console import undecided_lines, verdict_table
from codejack.matrix import MatrixOptions, default_jobs, play_matrix
from codejack.perform import FAILED, INTERRUPTED, PerformOptions, perform_and_publish
from reports.judgement.judge import judge as judge_run
from reports.judgement.verdicts import Judgement
from reports.publish import as_json, write_report
from reports.runlog import StoredRun, UnreadableLogError, read_log
from scenarios.channels import CHANNELS, Channel
from scenarios.matrix import PAIRS, Extent, channel_of, weaknesses_seen
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


def _names(things: Iterable[Posture] | Iterable[Channel]) -> str:
    *first, last = (thing.id for thing in things)
    return f"{', '.join(first)} or {last}"


Json = Annotated[
    bool, typer.Option("--json", help="One JSON object on standard output, the rest on error.")
]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browsers' windows.")]
SlowMo = Annotated[
    float, typer.Option("--slow-mo", metavar="MS", min=0, help="Wait between browser actions.")
]
Port = Annotated[
    int,
    typer.Option("--port", min=0, max=65535, help="Where the client listens; 0 for any free port."),
]
Output = Annotated[
    Path, typer.Option("--output", metavar="DIR", help="Where each run gets a folder of its own.")
]
Channels = Annotated[
    list[str] | None,
    typer.Option("--channel", metavar="NAME", help=f"Only over {_names(CHANNELS)}; repeatable."),
]
Log = Annotated[Path, typer.Argument(metavar="LOG", help="A run.jsonl.")]

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
    _perform(headline, None, _chosen(channel, CHANNELS, "channel"), options, json_)


@app.command()
def run(
    scenario: Annotated[list[str], typer.Argument(metavar="SCENARIO", help="See codejack list.")],
    posture: Annotated[
        list[str] | None,
        typer.Option("--posture", metavar="NAME", help=f"Only in {_names(POSTURES)}; repeatable."),
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
    chosen = [known[_known(name, known, "scenario")] for name in dict.fromkeys(scenario)]
    postures = _chosen(posture, POSTURES, "posture")
    options = PerformOptions(headed, slow_mo, port, output)
    _perform(chosen, postures, _chosen(channel, CHANNELS, "channel"), options, json_)


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
    names = [] if hardened else [_known(w, weaknesses, "weakness") for w in weakness or weaknesses]
    chosen = [scenarios[_known(name, scenarios, "scenario")] for name in scenario or scenarios]
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
def list_(json_: Json = False) -> None:
    """List the scenarios: vantage, clauses, channels, postures, and which weaknesses they see."""
    scenarios = all_scenarios().values()
    if json_:
        _print_json({"scenarios": [_described(each) for each in scenarios]})
        return
    console = Console(soft_wrap=True, highlight=False)
    family = ""
    for each in scenarios:
        if each.family != family:
            family = each.family
            console.print(f"\n[bold underline]{family}[/]")
        console.print(f"\n  [bold]{each.id}[/]  {each.title}")
        for name, value in _summary(each).items():
            console.print(f"    [dim]{name:9}[/] {value}")


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
def doctor(port: Port = LOOPBACK_PORT, output: Output = doctors.RUNS, json_: Json = False) -> None:
    """Look at this machine: what is there, what is missing, and what to do about it."""
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


def _chosen[T: (Posture, Channel)](
    names: list[str] | None, things: Sequence[T], kind: str
) -> list[T] | None:
    known = {thing.id: thing for thing in things}
    return [known[_known(name, known, kind)] for name in dict.fromkeys(names)] if names else None


def _known(name: str, known: Iterable[str], kind: str) -> str:
    names = list(known)
    if name in names:
        return name
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}."
    raise typer.BadParameter(f"There is no {kind} {name!r}; {hint}")


def _summary(scenario: Scenario) -> dict[str, str]:
    window = channel_of(scenario).needs_window
    summary = {
        "vantage": scenario.vantage.name,
        "clauses": ", ".join(scenario.clauses),
        "postures": ", ".join(posture.id for posture in scenario.postures),
        "channels": ", ".join(channel.id for channel in scenario.channels),
        "matrix": "in a real browser" if window else "over HTTP",
        "sees": ", ".join(weaknesses_seen(scenario)),
        "limit": scenario.limit,
    }
    return {name: text for name, text in summary.items() if text}


def _described(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "family": scenario.family,
        "title": scenario.title,
        "vantage": scenario.vantage.name,
        "clauses": scenario.clauses,
        "remedy": scenario.remedy,
        "weaknesses": weaknesses_seen(scenario),
        "limit": scenario.limit,
        "postures": [posture.id for posture in scenario.postures],
        "channels": [channel.id for channel in scenario.channels],
    }


def main() -> None:
    """The entry point: usage errors exit with 4, as designed, and not with click's 2."""
    try:
        status = app(prog_name="codejack", standalone_mode=False)
    except _UsageError as error:
        error.show()
        sys.exit(USAGE)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    sys.exit(status or 0)
