"""``codejack compare``: what changed between two runs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codejack.arguments import Json
from codejack.stored import plain, stored_run
from reports.baseline.comparison import Comparison
from reports.baseline.comparison import compare as compare_runs

Old = Annotated[Path, typer.Argument(metavar="OLD", help="The folder of a run, or its run.jsonl.")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="The run to hold against it.")]


def compare(old: Old, new: New, json_: Json = False) -> None:
    """Say what changed between two runs: findings, what is undecided, reasons, the environment.

    Both logs are judged again, offline, without any baseline. Compare runs that were to play the
    same: what only OLD has counts as stopped. Exits with 0 if nothing became worse, 1 if something
    did, 4 if a run cannot be read. For example: codejack compare runs/monday runs/tuesday
    """
    found = compare_runs(stored_run(old), stored_run(new))
    if json_:
        # Only ASCII: what a server has said must not reach a terminal as it is.
        typer.echo(json.dumps(_as_json(found), indent=2))
    else:
        Console().print(_table(found))
    raise typer.Exit(found.exit_code)


def _as_json(found: Comparison) -> dict[str, Any]:
    return {
        "old": found.old,
        "new": found.new,
        "worse": found.worse,
        "changes": [
            {
                "change": change.kind,
                "worse": change.is_worse,
                "what": change.what,
                "scenario": change.scenario or None,
                "client": change.client or None,
                "before": change.before,
                "after": change.after,
            }
            for change in found.changes
        ],
    }


def _table(found: Comparison) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        title=Text(plain(f"{found.old} → {found.new}")),
        title_justify="left",
        caption=Text(_summary(found)),
        caption_justify="left",
    )
    for heading in ("change", "what", "before", "after"):
        table.add_column(heading, overflow="fold")
    for change in found.changes:
        style = "bold red" if change.is_worse else ""
        about = (change.what, change.before, change.after)
        table.add_row(Text(change.kind, style), *(Text(plain(text)) for text in about))
    return table


def _summary(found: Comparison) -> str:
    return f"{len(found.changes)} changed, {found.worse} for the worse."
