"""``codejack lab``: local copies of real servers, to try an assessment on."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codejack.arguments import Json, known_name
from codejack.perform import FAILED
from victim.lab.catalogue import SERVERS
from victim.lab.lab import Lab
from victim.lab.server import LabError, LabServer, Tool

app = typer.Typer(
    help="Start and stop local copies of real authorization servers, pinned, without Docker.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="See codejack lab list.")]

_error = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


@app.command(name="list")
def list_(json_: Json = False) -> None:
    """List the servers: what each is here for, what it needs on this machine, what is running."""
    lab = Lab()
    tools = {tool for server in SERVERS.values() for tool in server.needs}
    problems = {tool: tool.problem() for tool in tools}  # each is tried once, whoever needs it
    rows = [_about(lab, server, problems) for server in SERVERS.values()]
    if json_:
        _print_json({"servers": rows})
    else:
        Console().print(_table(rows))


@app.command()
def start(name: Name, json_: Json = False) -> None:
    """Install a server if need be, start it on loopback, and print the path of its target file.

    The first start downloads it from its ordinary registry and takes a while. A server that runs
    already is left alone. For example: codejack assess "$(codejack lab start oidc-provider)"
    """
    lab = Lab(tell=_error.print)
    server = _server(name)
    try:
        target = lab.start(server)
    except LabError as error:
        raise _failure(error) from None
    if json_:
        log = str(lab.log_path(server))
        _print_json({"name": name, "title": server.title, "target": str(target), "log": log})
    else:
        typer.echo(target)


@app.command()
def stop(name: Name) -> None:
    """Stop a server and all its processes; its target file stays."""
    server = _server(name)
    try:
        ended = Lab().stop(server)
    except LabError as error:
        raise _failure(error) from None
    _error.print(f"{name} has ended." if ended else f"{name} was not running.")


def _server(name: str) -> LabServer:
    return SERVERS[known_name(name, SERVERS, "server")]


def _about(lab: Lab, server: LabServer, problems: dict[Tool, str]) -> dict[str, Any]:
    running = lab.is_running(server)
    return {
        "name": server.name,
        "title": server.title,
        "about": server.about,
        "needs": [tool.name for tool in server.needs],
        "missing": [problem for tool in server.needs if (problem := problems[tool])],
        "running": running,
        "target": str(lab.target_path(server)) if running else None,
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="codejack lab", title_justify="left")
    for heading in ("name", "server", "about", "here"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row["name"], Text(row["title"]), Text(row["about"]), _here(row))
    return table


def _here(row: dict[str, Any]) -> Text:
    if row["running"]:
        return Text("running", "green")
    if row["missing"]:
        return Text(" ".join(row["missing"]), "yellow")
    return Text("ready to start")


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _failure(error: LabError) -> typer.Exit:
    _error.print(f"codejack: {error}", style="red")
    return typer.Exit(FAILED)
