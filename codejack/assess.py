"""``codejack assess``: your own identity provider under attack."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codejack import doctor as doctors
from codejack.arguments import Json, Output, known_name
from codejack.assessing import Assessment, Wish, had_enough
from codejack.assessing import assess as assess_target
from codejack.console import undecided_lines, word_for
from codejack.known import clean_up, known_target
from codejack.perform import FAILED
from reports.baseline.file import BaselineError
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.visible import visible
from reports.publish import assessment_as_json
from reports.records import Observation
from reports.runlog import UnreadableLogError
from scenarios.assessment.planning import assessed
from scenarios.stage.browser import BrowserMissingError
from scenarios.targets.discovery import DiscoveryError
from scenarios.targets.problems import TargetFileError
from scenarios.targets.registration import RegistrationError

_USAGE = 4
_error = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

Target = Annotated[
    Path, typer.Argument(metavar="FILE", help="A target file; codejack init writes one.")
]


def assess(
    target: Target,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Only this one; repeatable."),
    ] = None,
    client: Annotated[
        list[str] | None,
        typer.Option("--client", metavar="NAME", help="Only this client of FILE; repeatable."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="DIR", help="Go on with a run that was cut short."),
    ] = None,
    output: Output = doctors.RUNS,
    json_: Json = False,
) -> None:
    """Attack a server of yours with all that applies, and hold it to its policy.

    Every client signs in honestly first; where that fails, nothing is attacked. 0 findings with
    undecided ones is not green: it exits with 3. For example: codejack assess demo.idp.toml
    """
    with telling_errors():
        known = known_target(target)
        names = {each.id for each in assessed()}
        clients = {each.name for each in known.site.clients}
        wish = Wish(
            frozenset(known_name(each, names, "scenario") for each in scenario or ()),
            frozenset(known_name(each, clients, "client") for each in client or ()),
            output,
            resume,
        )
        try:
            outcome = assess_target(known.target, known.site, wish, _error)
        finally:
            for left in clean_up(known):
                _error.print(f"codejack: {left}")
    _show(outcome, target, json_)
    raise typer.Exit(outcome.exit_code)


@contextmanager
def telling_errors() -> Iterator[None]:
    """Say what is wrong with a target or its server, and exit as the rest of the command line."""
    try:
        yield
    except (TargetFileError, BaselineError, UnreadableLogError) as error:
        _error.print(str(error), style="red")
        raise typer.Exit(_USAGE) from None
    except (DiscoveryError, RegistrationError, BrowserMissingError, OSError) as error:
        _error.print(f"codejack: {error}", style="red")
        raise typer.Exit(FAILED) from None
    except ExceptionGroup as failed:
        if (enough := had_enough(failed)) is None:
            raise
        _error.print(f"codejack: stopped: {enough}.", style="red")
        raise typer.Exit(FAILED) from None


def _show(outcome: Assessment, target: Path, json_: bool) -> None:
    for trouble in outcome.troubles:
        _error.print(f"codejack: {trouble}", style="red")
    judgement = outcome.judgement
    if judgement is None:
        _error.print(f"Nothing was attacked. codejack doctor {target} looks closer.")
        return
    folder = outcome.folder
    if json_:
        assert outcome.stored is not None  # what is judged was stored
        said = assessment_as_json(outcome.stored, judgement)
        paths = {kind: str(path) for kind, path in outcome.outputs.items()}
        print(json.dumps({**said, "log": str(folder / "run.jsonl"), "outputs": paths}, indent=2))
        return
    console = Console()
    gates = [verdict.gate for verdict in judgement.verdicts]
    findings, undecided = gates.count(Gate.VIOLATED), gates.count(Gate.UNDECIDED)
    first = f"{undecided} undecided, {findings} findings" if undecided else f"{findings} findings"
    console.print(f"{first}: {'green' if outcome.exit_code == 0 else 'not green'}", markup=False)
    console.print(_table(judgement))
    for line in undecided_lines(judgement):
        console.print(line, soft_wrap=True)
    console.print(f"report: {folder / 'report.html'}", soft_wrap=True, highlight=False)


def _table(judgement: Judgement) -> Table:
    """Scenarios down, clients across; those that apply to no client are counted."""
    clients = list(dict.fromkeys(verdict.posture for verdict in judgement.verdicts))
    rows: dict[str, dict[str, Verdict]] = {}
    for verdict in judgement.verdicts:
        rows.setdefault(verdict.scenario, {})[verdict.posture] = verdict
    applying = {
        scenario: cells
        for scenario, cells in rows.items()
        if any(v.observed is not Observation.NOT_APPLICABLE for v in cells.values())
    }
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, caption_justify="left")
    table.caption = Text(visible("\n".join(_caption(judgement, len(rows) - len(applying)))))
    table.add_column("attack", no_wrap=True)
    for client in clients:
        table.add_column(Text(visible(client)), overflow="fold")
    for scenario, cells in applying.items():
        table.add_row(scenario, *(_word(cells.get(client)) for client in clients))
    return table


def _word(verdict: Verdict | None) -> Text:
    """As everywhere, but that what the policy or the team puts up with is no alarm."""
    if verdict is None or not _is_tolerated(verdict):
        return word_for(verdict)
    return Text(f"tolerated{'*' if verdict.notes else ''}", style="yellow")


def _is_tolerated(verdict: Verdict) -> bool:
    return verdict.gate is Gate.MET and verdict.observed is Observation.ATTACK_SUCCEEDED


def _caption(judgement: Judgement, left_out: int) -> Iterator[str]:
    yield from (f"* {note}" for note in sorted({n for v in judgement.verdicts for n in v.notes}))
    if any(map(_is_tolerated, judgement.verdicts)):
        yield "tolerated: it succeeds, and the policy or the baseline puts up with it."
    if left_out:
        yield f"{left_out} scenarios apply to no client."
