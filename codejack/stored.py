"""Stored runs as people name them on the command line, and captured text as they may see it."""

from pathlib import Path

import typer

from reports.page.visible import clip, visible
from reports.runlog import StoredRun, UnreadableLogError, read_log

LONGEST = 400
"""Characters of one captured text that a terminal shows."""


def stored_run(path: Path) -> StoredRun:
    """Read the log of a run by its folder or its run.jsonl; a usage error where there is none."""
    log = path / "run.jsonl" if path.is_dir() else path
    try:
        return read_log(log)
    except UnreadableLogError as error:
        raise typer.BadParameter(plain(str(error))) from None


def plain(text: str) -> str:
    """Text in one line with nothing in it that moves the cursor, colours, or hides."""
    return visible(clip(" ".join(text.split("\n")), LONGEST))
