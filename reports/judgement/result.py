"""How a run came out, in one line: what is not known first, and green only if all of it is well."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation
from reports.runlog import StoredRun


class Tally(NamedTuple):
    """How many cells of a run are how; ``untried`` ones do not apply, and are well."""

    met: int
    violated: int
    undecided: int
    stale: int
    untried: int

    @property
    def applicable(self) -> int:
        """All but the untried."""
        return sum(self) - self.untried


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Count verdicts by their gate; what is well without evidence was never tried."""
    untried = Observation.NOT_APPLICABLE
    counted = Counter(
        untried if each.observed is untried and each.gate is Gate.MET else each.gate
        for each in verdicts
    )
    return Tally(
        met=counted[Gate.MET],
        violated=counted[Gate.VIOLATED],
        undecided=counted[Gate.UNDECIDED],
        stale=counted[Gate.STALE],
        untried=counted[untried],
    )


def trouble(run: StoredRun, judgement: Judgement, played: int) -> str:
    """What is wrong with the run as a whole, or nothing. ``played``: cells that are applicable."""
    if run.finished is None:
        return "The run did not come to its end."
    if run.finished.outcome != "completed":
        ended = {"failed": "failed"}.get(run.finished.outcome, f"was {run.finished.outcome}")
        why = f": {run.finished.error}" if run.finished.error else ""
        return f"The run {ended}{why}."
    if not judgement.complete:
        return "The run is incomplete."
    if judgement.run != run.started.run:
        return f"The verdicts were reached on another run ({judgement.run})."
    return "" if played else "No attack was played."


def result(undecided: int, violated: int, stale: int, met: int, wrong: str) -> str:
    """For example ``12 undecided, 2 findings: not green``; ``wrong`` is the run's own trouble."""
    counted = (
        f"{undecided} undecided" if undecided else "",
        counted_findings(violated) if violated else "",
        f"{stale} not as the baseline says" if stale else "",
    )
    said = ", ".join(filter(None, counted))
    if said or wrong:
        return " ".join(filter(None, (f"{said}: not green." if said else "Not green.", wrong)))
    return f"No finding, nothing undecided, {attacks(met)} decided: green."


def counted_findings(count: int) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} finding" if count == 1 else f"{count} findings"


def attacks(count: int) -> str:
    """``1 attack``, ``2 attacks``."""
    return f"{count} attack" if count == 1 else f"{count} attacks"
