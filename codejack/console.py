"""What a run looks like in a terminal: progress while it lasts, a table when it is over."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from reports.records import Observation, PlayFinished, PlayStarted, Record, Started, Step
from reports.verdicts import Gate, Judgement, Verdict

_STYLES = {
    Observation.ATTACK_SUCCEEDED: ("succeeded", "bold red"),
    Observation.ATTACK_BLOCKED: ("blocked", "green"),
    Observation.INCONCLUSIVE: ("inconclusive", "bold yellow"),
    Observation.NOT_APPLICABLE: ("n/a", "dim"),
}


class RunProgress:
    """Follows the records of a run: a bar in a terminal, one line per play elsewhere."""

    def __init__(self, console: Console, plays: int) -> None:
        self._console = console
        self._titles: dict[str, str] = {}
        self._bar = Progress(
            TextColumn("{task.percentage:>3.0f}%"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
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
    rows: dict[tuple[str, str], dict[str, Verdict]] = {}
    for verdict in judgement.verdicts:
        rows.setdefault((verdict.scenario, verdict.channel), {})[verdict.posture] = verdict
    table = Table(caption=_caption(judgement), caption_justify="left")
    table.add_column("attack")
    table.add_column("channel")
    for posture in postures:
        table.add_column(posture)
    before = ""
    for (scenario, channel), cells in rows.items():
        if before and scenario != before:
            table.add_section()
        shown = [_word(cells.get(posture)) for posture in postures]
        table.add_row(scenario if scenario != before else "", channel, *shown)
        before = scenario
    return table


def undecided_lines(judgement: Judgement) -> list[Text]:
    """One line for every cell that is not as expected, with what would settle it."""
    return [
        Text(f"{verdict.gate} {verdict.cell}: {verdict.reason} {verdict.settle}".rstrip())
        for verdict in judgement.verdicts
        if verdict.gate is not Gate.MET
    ]


def _word(verdict: Verdict | None) -> Text:
    if verdict is None:
        return Text("")
    word, style = _STYLES[verdict.observed]
    mark = {Gate.VIOLATED: " (violated!)", Gate.UNDECIDED: " (?)"}.get(verdict.gate, "")
    by_secret = " by secret" if any("secret" in note for note in verdict.notes) else ""
    return Text(f"{word}{by_secret}{mark}", style=style)


def _caption(judgement: Judgement) -> str:
    verdicts = judgement.verdicts
    wrong = sum(verdict.gate is Gate.VIOLATED for verdict in verdicts)
    undecided = sum(verdict.gate is Gate.UNDECIDED for verdict in verdicts)
    if not wrong and not undecided and judgement.complete:
        return f"All {len(verdicts)} cells as the model expects."
    incomplete = "" if judgement.complete else "The run did not finish. "
    return f"{incomplete}{wrong} not as expected, {undecided} undecided, of {len(verdicts)} cells."
