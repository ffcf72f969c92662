"""``codejack doctor FILE``: does everybody get in, honestly? Before anything is attacked."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codejack.assessing import looked_first
from codejack.known import Known, clean_up, known_target
from codejack.perform import FAILED, INTERRUPTED
from reports.page.visible import visible
from scenarios.assessment.honest_logins import HonestLogin, Preflight
from scenarios.assessment.preflight import look_first
from scenarios.runner import new_run
from scenarios.stage.browser import provide_browser
from scenarios.stage.options import StageOptions


def examine_target(path: Path, output: Path, errors: Console, as_json: bool) -> int:
    """Sign everybody in at every client of a target file, and say how that went; the exit code.

    Raises what :func:`codejack.assessing.known_target` raises.
    """
    known = known_target(path)
    folder = new_run(output).folder
    folder.mkdir(parents=True)
    try:
        options = StageOptions(provide_browser(lambda text: errors.print(text)), port=0)
        looked = looked_first(partial(look_first, folder, known.site, options), errors)
    finally:
        for left in clean_up(known):
            errors.print(f"codejack: {left}")
    if looked is None:
        return INTERRUPTED
    if as_json:
        print(json.dumps(_as_json(known, looked, folder), indent=2, ensure_ascii=False))
    else:
        _show(known, looked, folder)
    return FAILED if looked.troubles else 0


def _as_json(known: Known, looked: Preflight, folder: Path) -> dict[str, Any]:
    return {
        "issuer": known.site.server.provider.issuer,
        "clients": [
            {
                "client": victim.client,
                "victim": _login_as_json(victim),
                "attacker": _login_as_json(attacker),
                "refresh_tokens": victim.lasts,
            }
            for victim, attacker in looked.pairs
        ],
        "troubles": looked.troubles,
        "pictures": [str(picture) for picture in looked.pictures],
        "logs": str(folder),
    }


def _login_as_json(login: HonestLogin | None) -> dict[str, str] | None:
    return {"subject": login.subject, "trouble": login.trouble} if login else None


def _show(known: Known, looked: Preflight, folder: Path) -> None:
    console = Console()
    console.print(_server(known))
    console.print(_table(looked))
    for trouble in looked.troubles:
        console.print(Text(visible(trouble), style="red"), soft_wrap=True)
    for sentence in looked.seen:
        console.print(sentence, soft_wrap=True, highlight=False)
    console.print(f"logs: {folder}", soft_wrap=True, highlight=False)


def _server(known: Known) -> Text:
    server, policy = known.site.server, known.target.sections.policy.hold_to
    hosts = ", ".join(map(str, server.hosts))
    return Text(visible(f"{server.provider.issuer}, held to {policy}; dialled: {hosts}"))


def _table(looked: Preflight) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for title in ("client", "victim", "attacker", "refresh tokens"):
        table.add_column(title)
    for victim, attacker in looked.pairs:
        table.add_row(
            Text(visible(victim.client)),
            _as(victim),
            _as(attacker),
            "yes" if victim.lasts else "no",
        )
    return table


def _as(login: HonestLogin | None) -> Text:
    if login is None:
        return Text("no account", style="dim")
    if login.trouble:
        return Text("fails", style="bold red")
    return Text(visible(login.subject), style="green")
