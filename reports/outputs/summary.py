"""A summary in Markdown for the page of a job in continuous integration.

What is open comes first. GitHub drops a summary of more than 1 MiB without a trace, so a longer one
ends with what was left out.
"""

from collections.abc import Iterator

from reports.judgement.verdicts import Gate
from reports.outputs.assessment import Assessment, Cell
from reports.outputs.markdown import clause_links, escape
from reports.records import Observation

LARGEST = 1_000_000
"""Bytes of a summary; several may share the 1 MiB of a step no longer."""


def summary(told: Assessment, largest: int = LARGEST) -> str:
    """The text of ``summary.md``: its first line says how the run came out."""
    text = "\n\n".join([f"# {escape(told.result)}", _about(told), _table(told)])
    entries = list(_entries(told))
    room = largest - 200  # for the note
    used = len(text.encode())
    for number, entry in enumerate(entries):
        used += len(entry.encode()) + 2
        if used > room:
            left = len(entries) - number
            return f"{text}\n\n**{left} more did not fit in here.** The report has them all.\n"
        text += f"\n\n{entry}"
    return text + "\n"


def _about(told: Assessment) -> str:
    issuers = dict.fromkeys(client.issuer for client in told.clients if client.issuer)
    facts = (
        told.target_file,
        *issuers,
        f"run {told.run}",
        f"codejack {told.version}",
        told.started[:19].replace("T", " ") + " UTC",
        f"{told.seconds:.0f} s",
    )
    return " · ".join(escape(fact) for fact in facts if fact)


def _table(told: Assessment) -> str:
    lines = [
        "| client | findings | undecided | stale | blocked | tolerated | not applicable |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for client in told.clients:
        cells = [cell for cell in told.cells if cell.client == client.name]
        counts = [
            *(_count(cells, gate) for gate in (Gate.VIOLATED, Gate.UNDECIDED, Gate.STALE)),
            *(_count(cells, Gate.MET, observed) for observed in _DECIDED),
        ]
        lines.append(f"| {' | '.join([escape(client.name), *map(str, counts)])} |")
    return "\n".join(lines)


_DECIDED = (
    Observation.ATTACK_BLOCKED,
    Observation.ATTACK_SUCCEEDED,
    Observation.NOT_APPLICABLE,
)


def _count(cells: list[Cell], gate: Gate, observed: Observation | None = None) -> int:
    return sum(c.gate is gate and (observed is None or c.observed is observed) for c in cells)


def _entries(told: Assessment) -> Iterator[str]:
    titles = {each.id: each.title for each in told.scenarios}
    for heading, cells in (
        ("Undecided", told.undecided),
        ("Findings", told.findings),
        ("Not as the baseline says", told.stale),
    ):
        if cells:
            yield f"## {heading}"
        for cell in cells:
            yield "\n".join(_entry(cell, titles.get(cell.scenario, cell.scenario)))


def _entry(cell: Cell, title: str) -> Iterator[str]:
    yield f"**{escape(cell.client)}, {escape(cell.scenario)}**: {escape(title)}"
    yield ""
    yield f"- What was seen: {escape(cell.reason)}"
    if cell.gate is Gate.VIOLATED and cell.remedy:
        yield f"- Remedy: {escape(cell.remedy)}"
    if cell.settle:
        yield f"- What would settle it: {escape(cell.settle)}"
    if cell.clauses:
        yield f"- Rests on: {clause_links(cell.clauses)}"
    for note in cell.notes:
        yield f"- Note: {escape(note)}"
