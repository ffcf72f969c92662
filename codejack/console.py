"""What a run looks like in a terminal: progress while it lasts, a table when it is over."""

from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.visible import visible
from reports.records import Observation, PlayFinished, PlayStarted, Record, Started, Step

_STYLES = {
    Observation.ATTACK_SUCCEEDED: ("succeeded", "bold red"),
    Observation.ATTACK_BLOCKED: ("blocked", "green"),
    Observation.INCONCLUSIVE: ("inconclusive", "bold yellow"),
    Observation.NOT_APPLICABLE: ("n/a", "dim"),
}


def progress_bar(console: Console, said: str) -> Progress:
    """A bar that counts plays and then says something; only a terminal shows it."""
    return Progress(
        TextColumn("{task.percentage:>3.0f}%"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(said),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


class RunProgress:
    """Follows the records of a run: a bar in a terminal, one line per play elsewhere."""

    def __init__(self, console: Console, plays: int) -> None:
        self._console = console
        self._titles: dict[str, str] = {}
        self._bar = progress_bar(console, "{task.description}")
        self._task = self._bar.add_task("setting the stage", total=plays)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def hear(self, record: Record) -> None:
        """Take one record of the log in."""
        match record:
            case Started():
                self._bar.update(self._task, description="setting the stage")
            case PlayStarted():
                self._titles[record.play] = (
                    record.cell or f"honest login {record.position}: {record.group}"
                )
                self._bar.update(self._task, description=self._titles[record.play])
            case Step():
                title = self._titles.get(record.play, "")
                self._bar.update(self._task, description=f"{title}: {record.title}")
            case PlayFinished():
                self._finished(record)
            case _:
                pass

    def _finished(self, record: PlayFinished) -> None:
        self._bar.advance(self._task)
        title = self._titles.get(record.play, record.play)
        if record.error:
            # The text of an error may hold live values; the log has it with labels.
            kind = record.error.partition(":")[0]
            self._console.print(Text(f"! {title}: {kind}, see the log", style="yellow"))
        elif not self._console.is_terminal:
            self._console.print(f"{record.seconds:6.2f} s  {title}", highlight=False)


def verdict_table(judgement: Judgement) -> Table:
    """Scenarios and channels down, postures across, and what was observed in each."""
    postures = list(dict.fromkeys(verdict.posture for verdict in judgement.verdicts))
    rows: dict[str, dict[str, dict[str, Verdict]]] = {}
    for verdict in judgement.verdicts:
        channels = rows.setdefault(verdict.scenario, {})
        channels.setdefault(verdict.channel, {})[verdict.posture] = verdict
    # Narrow on purpose: the whole demo has to fit into 80 columns.
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        caption=Text(visible(_caption(judgement))),  # notes quote people and servers
        caption_justify="left",
    )
    table.add_column("attack, channel", no_wrap=True)
    for posture in postures:
        table.add_column(Text(visible(posture)), overflow="fold", min_width=9)
    for scenario, channels in rows.items():
        table.add_row(Text(scenario, style="bold"))
        for channel, cells in channels.items():
            table.add_row(f"  {channel}", *(word_for(cells.get(posture)) for posture in postures))
    return table


def undecided_lines(judgement: Judgement) -> list[Text]:
    """One line for every cell that is not as expected, with what would settle it."""
    return [
        Text(visible(f"{verdict.gate} {verdict.cell}: {verdict.reason} {verdict.settle}".rstrip()))
        for verdict in judgement.verdicts
        if verdict.gate is not Gate.MET
    ]


def word_for(verdict: Verdict | None) -> Text:
    """What was observed in a cell, in one word, marked where it is not as it should be."""
    if verdict is None:
        return Text("")
    word, style = _STYLES[verdict.observed]
    mark = {Gate.VIOLATED: " (!)", Gate.UNDECIDED: " (?)", Gate.STALE: " (stale)"}
    return Text(f"{word}{'*' if verdict.notes else ''}{mark.get(verdict.gate, '')}", style=style)


def _caption(judgement: Judgement) -> str:
    verdicts = judgement.verdicts
    wrong = sum(verdict.gate is Gate.VIOLATED for verdict in verdicts)
    undecided = sum(verdict.gate is Gate.UNDECIDED for verdict in verdicts)
    lines = [
        f"* {note}" for note in sorted({note for verdict in verdicts for note in verdict.notes})
    ]
    if not judgement.complete:
        lines.append("The run did not finish.")
    if stale := sum(verdict.gate is Gate.STALE for verdict in verdicts):
        lines.append(f"{stale} not as the baseline says any more (stale).")
    if wrong or undecided:
        lines.append(f"{wrong} not as expected (!), {undecided} undecided (?), of {len(verdicts)}.")
    elif judgement.complete and not stale:
        lines.append(f"All {len(verdicts)} cells as the model expects.")
    return "\n".join(lines)
