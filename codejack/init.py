"""``codejack init``: writes a target file to begin with, from what a server says about itself."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from codejack.perform import FAILED
from scenarios.hosts import is_loopback
from scenarios.targets.checks import authority_of
from scenarios.targets.direct import directly
from scenarios.targets.discovery import DiscoveryError, discover
from scenarios.targets.draft import draft

_error = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


def init(
    issuer: Annotated[str, typer.Argument(metavar="ISSUER", help="https://idp.example.com/...")],
    ca_file: Annotated[
        Path | None,
        typer.Option("--ca-file", metavar="PEM", help="Trust these certificates in addition."),
    ] = None,
    no_discovery: Annotated[
        bool, typer.Option("--no-discovery", help="Ask nobody; you name the endpoints.")
    ] = False,
) -> None:
    """Read what a server publishes about itself, and print a commented target file for it.

    Dials the issuer's host and no other, for its metadata only: this is no attack, and the one
    thing that needs no permission yet. For example: codejack init https://idp.example.com/realms/d
    > demo.idp.toml
    """
    authority = authority_of(issuer)
    if authority is None or (issuer.startswith("http:") and not is_loopback(authority.host)):
        raise typer.BadParameter(
            f"{issuer!r} is no issuer. Write all of it: https://... (http only on loopback)."
        )
    try:
        metadata = None if no_discovery else asyncio.run(_asked(issuer, ca_file))
    except DiscoveryError as error:
        _error.print(f"codejack: {error}", style="red")
        _error.print("codejack init --no-discovery writes a file where you name the endpoints.")
        raise typer.Exit(FAILED) from None
    typer.echo(draft(issuer, metadata, str(ca_file or ""), date.today()), nl=False)


async def _asked(issuer: str, ca_file: Path | None) -> dict[str, Any]:
    try:
        http = directly(ca_file)
    except OSError as error:  # ssl.SSLError is one, too
        raise typer.BadParameter(f"{ca_file} holds no certificates ({error}).") from None
    async with http:
        return await discover(issuer, http)
