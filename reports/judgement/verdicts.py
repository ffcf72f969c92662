"""What judgement concludes about a cell: the words that tables, JSON and reports share."""

from enum import StrEnum

from msgspec import Struct

from reports.records import Observation


class Gate(StrEnum):
    """Observed against expected."""

    MET = "MET"
    VIOLATED = "VIOLATED"
    UNDECIDED = "UNDECIDED"
    STALE = "STALE"  # the baseline counts on something that is not so any more


class Verdict(Struct, frozen=True):
    """The judgement of one cell.

    ``evidence`` are ids of exchanges, handovers and loot, in order; ``decisive`` is the one
    exchange that settles it (empty while inconclusive) and ``clause`` what that exchange rests on.
    ``notes`` are flags for the reader, such as "refused, wrong reason". ``settle`` says what would
    decide an inconclusive cell.
    """

    cell: str
    scenario: str
    channel: str
    posture: str
    observed: Observation
    expected: Observation
    gate: Gate
    reason: str
    seconds: float
    play: str = ""
    evidence: tuple[str, ...] = ()
    decisive: str = ""
    clause: str = ""
    notes: tuple[str, ...] = ()
    settle: str = ""


class Judgement(Struct, frozen=True):
    """All verdicts of a run, and the exit code they add up to."""

    run: str
    complete: bool
    verdicts: tuple[Verdict, ...]
    assessment: bool = False
    """Of a real server: there, what is undecided weighs more than what was found."""

    @property
    def exit_code(self) -> int:
        """0 all met, 1 violated or stale, 3 undecided, 5 nothing ran (design: exit codes)."""
        gates = {verdict.gate for verdict in self.verdicts}
        undecided = Gate.UNDECIDED in gates or not self.complete
        if self.assessment and undecided:
            return 3
        applicable = [v for v in self.verdicts if v.observed is not Observation.NOT_APPLICABLE]
        if gates & {Gate.VIOLATED, Gate.STALE}:
            return 1
        if undecided:
            return 3
        return 0 if applicable else 5
