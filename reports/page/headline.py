"""The first sentences of a report, computed from the verdicts.

What is wrong or unknown comes first; nothing here is reassuring unless every cell is decided, met
and judged from a run that came to its end.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.page.outline import columns
from reports.records import Observation, PostureInfo
from reports.runlog import StoredRun

NAMED = 3
"""How many troubled cells the first line names before it counts."""

WORD = {
    Observation.ATTACK_SUCCEEDED: "succeeded",
    Observation.ATTACK_BLOCKED: "blocked",
    Observation.INCONCLUSIVE: "inconclusive",
    Observation.NOT_APPLICABLE: "not applicable",
}
"""What a reader is told an attack did."""

_WITHOUT_PKCE = {"", "none", "no", "off"}


@dataclass(frozen=True)
class Headline:
    """``alarms`` are said first, and are empty only when everything is decided and met.

    ``passive`` has a line for each posture about the flows that the honest client started.
    """

    alarms: tuple[str, ...]
    passive: tuple[str, ...]
    sentences: tuple[str, ...]


def headline(run: StoredRun, judgement: Judgement) -> Headline:
    """Say in plain words what the run has shown."""
    alarms = (*_of_the_run(run, judgement), *_of_the_cells(run, judgement))
    calm = "" if alarms else f"{_all(len(judgement.verdicts)).capitalize()} came out as expected."
    sentences = tuple(filter(None, (boundary(run, judgement), calm)))
    return Headline(alarms, tuple(_passive(run, _played(run, judgement, active=False))), sentences)


def boundary(run: StoredRun, judgement: Judgement) -> str:
    """The sentence about attacks that start their own flow; empty when none was played."""
    return _active(run, _played(run, judgement, active=True))


def joined(words: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _played(run: StoredRun, judgement: Judgement, *, active: bool) -> list[Verdict]:
    """The verdicts on attacks of one kind; what is not applicable was not played."""
    own_flow = {scenario.id for scenario in run.started.scenarios if scenario.active}
    return [
        v
        for v in judgement.verdicts
        if (v.scenario in own_flow) is active and v.observed is not Observation.NOT_APPLICABLE
    ]


def _of_the_run(run: StoredRun, judgement: Judgement) -> Iterable[str]:
    if run.finished is None:
        yield "This run did not come to its end: the log stops in the middle."
    elif run.finished.outcome != "completed":
        why = f": {run.finished.error}" if run.finished.error else ""
        yield f"This run was {run.finished.outcome}{why}."
    elif not judgement.complete:
        yield "This run is incomplete."
    if judgement.run != run.started.run:
        yield f"These verdicts were reached on another run ({judgement.run})."


def _of_the_cells(run: StoredRun, judgement: Judgement) -> Iterable[str]:
    judged = {verdict.cell: verdict for verdict in judgement.verdicts}
    missing = [cell.id for cell in run.started.plan if cell.id not in judged]
    violated = [v for v in judgement.verdicts if v.gate is Gate.VIOLATED]
    undecided = [v for v in judgement.verdicts if v.gate is Gate.UNDECIDED]
    if violated:
        told = [f"{v.cell} ({WORD[v.observed]}, expected {WORD[v.expected]})" for v in violated]
        yield f"{_are(len(violated))} not as expected: {_named(told)}."
    if undecided:
        yield f"{_are(len(undecided))} undecided: {_named([v.cell for v in undecided])}."
    if stale := [v.cell for v in judgement.verdicts if v.gate is Gate.STALE]:
        yield f"{_are(len(stale))} not as the baseline says any more: {_named(stale)}."
    if missing:
        yield f"{_are(len(missing))} planned but without a verdict: {_named(missing)}."
    # That the baseline names what the run does not even plan is what makes it stale.
    known = {cell.id for cell in run.started.plan} | set(stale)
    if strange := [cell for cell in judged if cell not in known]:
        yield f"{_are(len(strange))} judged that the run never planned: {_named(strange)}."
    if all(v.observed is Observation.NOT_APPLICABLE for v in judgement.verdicts):
        yield "No attack was judged in this run."


def _passive(run: StoredRun, verdicts: list[Verdict]) -> Iterable[str]:
    for posture in columns(run):
        cells = [v for v in verdicts if v.posture == posture.id]
        if not cells:
            continue
        seen = Counter(v.observed for v in cells)
        won, refused = seen[Observation.ATTACK_SUCCEEDED], seen[Observation.ATTACK_BLOCKED]
        told = []
        if won:
            winners = [v.scenario for v in cells if v.observed is Observation.ATTACK_SUCCEEDED]
            names = f" ({', '.join(dict.fromkeys(winners))})" if won < len(cells) else ""
            told.append(f"the attack opened the victim's data in {_share(won, len(cells))}{names}")
        if refused:
            told.append(
                f"{'it' if won else 'the attack'} was refused in {_share(refused, len(cells))}"
            )
        if undecided := seen[Observation.INCONCLUSIVE]:
            told.append(f"{_are(undecided)} undecided")
        yield f"{posture.title}: {'; '.join(told)}."


def _share(count: int, total: int) -> str:
    return _all(total) if count == total else f"{count} of {_cells(total)}"


def _active(run: StoredRun, verdicts: list[Verdict]) -> str:
    """PKCE is said to be no help only where it was switched on and the attack was seen to win."""
    under = {
        observed: [
            posture
            for posture in columns(run)
            if any(v.posture == posture.id and v.observed is observed for v in verdicts)
        ]
        for observed in Observation
    }
    told = [
        f"{verb} under {_titles(under[observed])}"
        for observed, verb in (
            (Observation.ATTACK_SUCCEEDED, "succeeded"),
            (Observation.ATTACK_BLOCKED, "was refused"),
            (Observation.INCONCLUSIVE, "stayed undecided"),
        )
        if under[observed]
    ]
    if not told:
        return ""
    won = under[Observation.ATTACK_SUCCEEDED]
    defied = [p for p in won if p.switches.get("PKCE", "").lower() not in _WITHOUT_PKCE]
    lesson = " PKCE protects only flows that the honest client started." if defied else ""
    return f"When the thief started the flow itself, the attack {'; it '.join(told)}.{lesson}"


def _titles(postures: Iterable[PostureInfo]) -> str:
    return joined([f"“{posture.title}”" for posture in postures])


def _named(cells: list[str]) -> str:
    more = len(cells) - NAMED
    return joined(cells) if more <= 0 else f"{', '.join(cells[:NAMED])} and {more} more"


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _are(count: int) -> str:
    return "1 cell is" if count == 1 else f"{count} cells are"


def _all(count: int) -> str:
    return {1: "the only cell", 2: "both cells"}.get(count, f"all {count} cells")
