"""``codejack baseline``: what a team accepts of its server, and what it counts on being played."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codejack.arguments import Json
from codejack.perform import FAILED
from codejack.stored import plain, stored_run
from reports.baseline.accepting import RefusedError, last_day, one_finding, open_findings
from reports.baseline.baseline import Acceptance, Baseline, Pair, decided
from reports.baseline.file import BaselineError, baseline_path, read_baseline, read_text, render
from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement
from reports.publish import write_whole

app = typer.Typer(
    help="Accept findings, with an owner and an end, and remember what was decided.\n\nKept in "
    "NAME.baseline.toml beside NAME.idp.toml; commit both. An assessment then fails for a new "
    "finding, for an accepted one that no longer happens or has expired, and for a scenario that "
    "was decided before and silently stopped running.",
    no_args_is_help=True,
)

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The target file, NAME.idp.toml.")]
Run = Annotated[Path, typer.Option("--run", help="The folder of a run, or its run.jsonl.")]
Scenario = Annotated[str, typer.Option("--scenario", metavar="NAME", help="See codejack list.")]
Client = Annotated[str, typer.Option("--client", metavar="NAME", help="As FILE names it.")]


@app.command()
def add(
    target: Target,
    run: Run,
    reason: Annotated[str, typer.Option("--reason", help="Why it is acceptable for now.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    expires: Annotated[
        datetime,
        typer.Option(
            "--expires", formats=["%Y-%m-%d"], help="Its last day: not past, within a year."
        ),
    ],
    scenario: Scenario = "",
    client: Client = "",
    all_: Annotated[
        bool, typer.Option("--all", help="Every finding that nobody answers for yet.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="It may last for over a year.")] = False,
) -> None:
    """Accept a finding of a run; only what the run has really found can be accepted.

    Accepting it again renews it. What else the run has decided is remembered, as by update.

    For example: codejack baseline add demo.idp.toml --run reports/runs/20261126-101500-ab12
    --scenario stolen-code --client web --reason "Retired in March" --owner Jane
    --expires 2027-03-31
    """
    if all_ == bool(scenario or client) or bool(scenario) != bool(client):
        raise typer.BadParameter("Give --scenario and --client, or --all.")
    if not reason.strip() or not owner.strip():
        raise typer.BadParameter("--reason and --owner must say something.")
    today = date.today()
    old, judgement = _read(target), _judged(run, target)
    try:
        last = last_day(expires.date(), today, beyond_a_year=force)
        chosen = (
            open_findings(judgement, old, today)
            if all_
            else [one_finding(judgement, Pair(client, scenario))]
        )
    except RefusedError as error:
        raise typer.BadParameter(plain(str(error))) from None
    more = [Acceptance(pair.scenario, pair.client, reason, owner, last, today) for pair in chosen]
    _write(target, old.accepting(more).covering(decided(judgement)))
    for pair in chosen:
        typer.echo(plain(f"accepted until {last}: {pair.scenario} as {pair.client}"))
    if not chosen:
        typer.echo("The run has no finding that nobody answers for.")


@app.command()
def update(target: Target, run: Run) -> None:
    """Remember what a run has decided, so that it is missed when it stops running.

    Only ever adds; forget takes away.
    """
    old, judgement = _read(target), _judged(run, target)
    new = old.covering(decided(judgement))
    _write(target, new)
    typer.echo(f"{len(new.covered - old.covered)} more decided, {len(new.covered)} in all.")


@app.command()
def remove(target: Target, scenario: Scenario, client: Client) -> None:
    """Accept a finding no longer: it was mended, or should fail. It still has to be played."""
    old, pair = _read(target), Pair(client, scenario)
    if old.acceptance(pair) is None:
        raise typer.BadParameter(
            plain(f"{scenario} is not accepted for {client}; see codejack baseline list.")
        )
    # What was accepted was played: it must not vanish from sight together with its acceptance.
    _write(target, old.without(pair).covering([pair]))
    typer.echo(plain(f"no longer accepted: {scenario} as {client}"))


@app.command()
def forget(target: Target, scenario: Scenario = "", client: Client = "") -> None:
    """Stop counting on what is not to run any more: a scenario, a client, or one as the other."""
    if not scenario and not client:
        raise typer.BadParameter("Give --scenario, --client or both.")
    old = _read(target)
    gone = {
        pair
        for pair in old.pairs
        if scenario in ("", pair.scenario) and client in ("", pair.client)
    }
    if not gone:
        raise typer.BadParameter("The baseline knows nothing of it; see codejack baseline list.")
    _write(target, old.forgetting(gone))
    for pair in sorted(gone):
        typer.echo(plain(f"forgotten: {pair.scenario} as {pair.client}"))


@app.command(name="list")
def list_(target: Target, json_: Json = False) -> None:
    """List what is accepted, by whom and until when, and count what was decided before."""
    baseline, today = _read(target), date.today()
    if json_:
        path = baseline_path(target)
        # Only ASCII: what stands in a file must not reach a terminal as it is.
        typer.echo(json.dumps({"baseline": str(path), **_as_json(baseline, today)}, indent=2))
    else:
        Console().print(_table(baseline, today))


def _as_json(baseline: Baseline, today: date) -> dict[str, Any]:
    covered: dict[str, list[str]] = {}
    for client, scenario in sorted(baseline.covered):
        covered.setdefault(client, []).append(scenario)
    accepted = [
        {
            "scenario": each.scenario,
            "client": each.client,
            "reason": each.reason,
            "owner": each.owner,
            "expires": each.expires.isoformat(),
            "added": each.added.isoformat(),
            "expired": each.has_expired(today),
        }
        for each in baseline.accepted
    ]
    return {"accepted": accepted, "covered": covered}


def _table(baseline: Baseline, today: date) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        caption=f"{len(baseline.accepted)} accepted, {len(baseline.covered)} decided before.",
        caption_justify="left",
    )
    for heading in ("client", "scenario", "until", "owner", "reason"):
        table.add_column(heading, overflow="fold")
    for each in baseline.accepted:
        expired = each.has_expired(today)
        until = f"{each.expires} (expired)" if expired else str(each.expires)
        table.add_row(
            Text(plain(each.client)),
            Text(plain(each.scenario)),
            Text(until, "bold red" if expired else ""),
            Text(plain(each.owner)),
            Text(plain(each.reason)),
        )
    return table


def _judged(run: Path, target: Path) -> Judgement:
    stored = stored_run(run)
    for posture in stored.started.postures:
        if posture.declared_in and Path(posture.declared_in).name != target.name:
            said = f"{run} assessed {posture.declared_in}, not {target.name}. Give a run of it."
            raise typer.BadParameter(plain(said))
    return judge(stored)


def _read(target: Path) -> Baseline:
    if target.name.endswith(".baseline.toml") or not target.is_file():
        raise typer.BadParameter(plain(f"{target} is no target file. Give a NAME.idp.toml."))
    try:
        return read_baseline(baseline_path(target))
    except BaselineError as error:
        raise typer.BadParameter(plain(str(error))) from None


def _write(target: Path, baseline: Baseline) -> None:
    path = baseline_path(target)
    try:
        write_whole(path, render(baseline, read_text(path), target.name))
    except OSError as error:
        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(
            plain(f"codejack: {path} cannot be written: {error.strerror}."), style="red"
        )
        raise typer.Exit(FAILED) from None
