"""What the judge has found out about one cell, before it is held against the expectation."""

from dataclasses import dataclass

from reports.records import Observation


@dataclass(frozen=True)
class Finding:
    """An observation with its reason; fields as in :class:`reports.judgement.verdicts.Verdict`."""

    observed: Observation
    reason: str
    evidence: tuple[str, ...] = ()
    decisive: str = ""
    clause: str = ""
    notes: tuple[str, ...] = ()
    settle: str = ""


def undecided(reason: str, settle: str) -> Finding:
    """Not enough to go by; ``settle`` says what would be."""
    return Finding(Observation.INCONCLUSIVE, reason, settle=settle)
