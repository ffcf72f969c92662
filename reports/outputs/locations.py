"""Where in the repository of its user a client is declared."""

from pathlib import PurePosixPath, PureWindowsPath

from reports.outputs.assessment import Assessment, Cell

RUN_LOG = "run.jsonl"
"""What stands for the target file where there is none: a run against the built-in target."""


def place(told: Assessment, cell: Cell) -> tuple[str, int]:
    """The file, relative, and the line, from 1, of the client of a cell.

    A client that only the baseline knows stands for the first line of the target file.
    """
    client = next((each for each in told.clients if each.name == cell.client), None)
    if client and client.declared_in:
        return relative(client.declared_in), max(client.declared_at, 1)
    return relative(told.target_file or RUN_LOG), 1


def relative(path: str) -> str:
    """A path inside the repository; of one that leads out of it, the name of the file."""
    posix = PureWindowsPath(path).as_posix() if "\\" in path else path
    inside = PurePosixPath(posix)
    if inside.is_absolute() or ".." in inside.parts or PureWindowsPath(path).drive:
        return inside.name or RUN_LOG
    return inside.as_posix()


def stem(path: str) -> str:
    """The name of a target: ``demo`` of ``idps/demo.idp.toml``."""
    name = PurePosixPath(relative(path)).name
    return name.removesuffix(".toml").removesuffix(".idp") if path else "codejack"
