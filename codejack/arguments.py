"""Arguments and options that several commands share, with what ``--help`` says about them."""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from scenarios.channels import CHANNELS, Channel
from scenarios.postures import Posture


def names_of(things: Iterable[Posture] | Iterable[Channel]) -> str:
    """Names to choose from, as a sentence has them."""
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
    typer.Option("--channel", metavar="NAME", help=f"Only over {names_of(CHANNELS)}; repeatable."),
]
Log = Annotated[Path, typer.Argument(metavar="LOG", help="A run.jsonl.")]


def chosen_of[T: (Posture, Channel)](
    names: list[str] | None, things: Sequence[T], kind: str
) -> list[T] | None:
    """What these names stand for; ``None`` if none was given, which means all."""
    known = {thing.id: thing for thing in things}
    if not names:
        return None
    return [known[known_name(name, known, kind)] for name in dict.fromkeys(names)]


def known_name(name: str, known: Iterable[str], kind: str) -> str:
    """The name itself if there is such a thing; else a usage error that helps."""
    names = list(known)
    if name in names:
        return name
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}."
    raise typer.BadParameter(f"There is no {kind} {name!r}; {hint}")
