"""The report before it has a form: run log and judgement, arranged the way a reader meets them."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.plays import Play, plays
from reports.page.sequence import sequence
from reports.page.shapes import Diagram
from reports.page.visible import anchor, clause_title
from reports.records import (
    ChannelInfo,
    Observation,
    PlannedCell,
    PostureInfo,
    Proof,
    ScenarioInfo,
)
from reports.runlog import StoredRun


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix with all that is known about it."""

    planned: PlannedCell
    verdict: Verdict
    anchor: str
    posture: PostureInfo
    channel: ChannelInfo
    play: Play | None
    diagram: Diagram | None
    before: Play | None
    after: Play | None


@dataclass(frozen=True)
class Pair:
    """A posture in which the attack won, the nearest one in which it was refused, and why."""

    won: PostureInfo
    refused: PostureInfo
    channels: tuple[ChannelInfo, ...]
    switches: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Row:
    """One scenario over one channel; ``cells`` by posture, ``None`` where nothing is planned."""

    channel: ChannelInfo
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Chapter:
    """One scenario. ``unproven`` are channels where the attack was refused and won nowhere."""

    info: ScenarioInfo
    anchor: str
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    unproven: tuple[ChannelInfo, ...]

    @property
    def applies(self) -> bool:
        """Whether it makes sense in any posture of the run."""
        return any(
            cell.verdict.observed is not Observation.NOT_APPLICABLE
            for row in self.rows
            for cell in row.cells
            if cell
        )


def chapters(run: StoredRun, judgement: Judgement) -> tuple[Chapter, ...]:
    """The scenarios of the plan with their cells, in the order of the plan."""
    started, all_plays = run.started, plays(run)
    verdicts = {verdict.cell: verdict for verdict in judgement.verdicts}
    channels = {channel.id: channel for channel in started.channels}
    postures = {posture.id: posture for posture in started.postures}
    cells = {
        (planned.scenario, planned.channel, planned.posture): _cell(
            planned,
            verdicts.get(planned.id) or unjudged(planned),
            channels.get(planned.channel) or ChannelInfo(planned.channel, planned.channel, ""),
            postures.get(planned.posture) or PostureInfo(planned.posture, planned.posture, {}),
            all_plays,
        )
        for planned in started.plan
    }
    return tuple(_chapter(info, columns(run), cells) for info in scenarios(run))


def scenarios(run: StoredRun) -> tuple[ScenarioInfo, ...]:
    """The scenarios of the run; one that only the plan names still gets its chapter."""
    named = {info.id for info in run.started.scenarios}
    planned = dict.fromkeys(cell.scenario for cell in run.started.plan)
    extra = tuple(unknown_scenario(name) for name in planned if name not in named)
    return (*run.started.scenarios, *extra)


def unknown_scenario(name: str) -> ScenarioInfo:
    """A scenario of which nothing but its name is known."""
    return ScenarioInfo(name, "", name, "", "", (), "", Proof.TOKEN)


def columns(run: StoredRun) -> tuple[PostureInfo, ...]:
    """The postures of the matrix; one that only the plan names still gets its column."""
    named = {posture.id: posture for posture in run.started.postures}
    planned = dict.fromkeys(cell.posture for cell in run.started.plan)
    extra = tuple(PostureInfo(name, name, {}) for name in planned if name not in named)
    return (*run.started.postures, *extra)


def footnotes(all_chapters: Iterable[Chapter]) -> dict[str, int]:
    """Number the notes of all verdicts in the order in which the matrix shows them."""
    notes = dict.fromkeys(
        note
        for chapter in all_chapters
        for row in chapter.rows
        for cell in row.cells
        if cell
        for note in cell.verdict.notes
    )
    return {note: number for number, note in enumerate(notes, start=1)}


def _chapter(
    info: ScenarioInfo,
    postures: tuple[PostureInfo, ...],
    cells: dict[tuple[str, str, str], Cell],
) -> Chapter:
    over = dict.fromkeys(channel for scenario, channel, _ in cells if scenario == info.id)
    rows = []
    for channel in over:
        across = tuple(cells.get((info.id, channel, posture.id)) for posture in postures)
        rows.append(Row(next(cell.channel for cell in across if cell), across))
    return Chapter(
        info=info,
        anchor=anchor("scenario", info.id),
        rows=tuple(rows),
        pairs=_pairs(rows),
        unproven=tuple(
            row.channel
            for row in rows
            if _with(row, Observation.ATTACK_BLOCKED)
            and not _with(row, Observation.ATTACK_SUCCEEDED)
        ),
    )


def _pairs(rows: list[Row]) -> tuple[Pair, ...]:
    found: dict[tuple[str, str], Pair] = {}
    for row in rows:
        winners = _with(row, Observation.ATTACK_SUCCEEDED)
        for refused in _with(row, Observation.ATTACK_BLOCKED):
            if not winners:
                continue
            won = min(winners, key=lambda w: len(_difference(w.posture, refused.posture)))
            known = found.get((won.posture.id, refused.posture.id))
            found[won.posture.id, refused.posture.id] = Pair(
                won.posture,
                refused.posture,
                (*(known.channels if known else ()), row.channel),
                _difference(won.posture, refused.posture),
            )
    return tuple(found.values())


def _with(row: Row, observed: Observation) -> list[Cell]:
    return [cell for cell in row.cells if cell and cell.verdict.observed is observed]


def _difference(one: PostureInfo, other: PostureInfo) -> tuple[tuple[str, str, str], ...]:
    names = dict.fromkeys((*one.switches, *other.switches))
    values = [(n, one.switches.get(n, "absent"), other.switches.get(n, "absent")) for n in names]
    return tuple(value for value in values if value[1] != value[2])


def _cell(
    planned: PlannedCell,
    verdict: Verdict,
    channel: ChannelInfo,
    posture: PostureInfo,
    all_plays: dict[str, Play],
) -> Cell:
    play = all_plays.get(verdict.play) or _last_attack(planned.id, all_plays)
    order = list(all_plays.values())
    here = order.index(play) if play else 0
    group = [p for p in order if play and p.kind == "control" and p.group == play.group]
    before = [p for p in group if p.position == "before" and order.index(p) < here]
    after = [p for p in group if p.position == "after" and order.index(p) > here]
    return Cell(
        planned=planned,
        verdict=verdict,
        anchor=anchor("cell", planned.id),
        posture=posture,
        channel=channel,
        play=play,
        diagram=sequence(play.records, verdict.decisive, clause_title(verdict.clause))
        if play and play.events
        else None,
        before=before[-1] if before else None,
        after=after[0] if after else None,
    )


def _last_attack(cell: str, all_plays: dict[str, Play]) -> Play | None:
    attacks = [play for play in all_plays.values() if play.cell == cell]
    return attacks[-1] if attacks else None


def unjudged(planned: PlannedCell) -> Verdict:
    """A planned cell without a verdict is undecided; silence must not look like success."""
    return Verdict(
        cell=planned.id,
        scenario=planned.scenario,
        channel=planned.channel,
        posture=planned.posture,
        observed=Observation.INCONCLUSIVE,
        expected=planned.expected,
        gate=Gate.UNDECIDED,
        reason="No verdict was reached on this cell.",
        seconds=0,
        settle="Run it again and judge the whole log.",
    )
