"""Verdicts and acceptances to hold against each other."""

from datetime import date

from reports.baseline.baseline import Acceptance
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN, NONE = Observation.INCONCLUSIVE, Observation.NOT_APPLICABLE

TODAY = date(2026, 11, 26)
GATES = {WON: Gate.VIOLATED, REFUSED: Gate.MET, OPEN: Gate.UNDECIDED, NONE: Gate.MET}


def verdict(
    scenario: str,
    client: str,
    observed: Observation,
    gate: Gate | None = None,
    play: str = "p1",
    reason: str = "It was seen",
) -> Verdict:
    return Verdict(
        cell=f"{scenario}/access-log/{client}",
        scenario=scenario,
        channel="access-log",
        posture=client,
        observed=observed,
        expected=REFUSED,
        gate=gate or GATES[observed],
        reason=reason,
        seconds=0.1,
        play=play,
    )


def judgement(*verdicts: Verdict, complete: bool = True) -> Judgement:
    return Judgement("r1", complete, verdicts)


def acceptance(
    scenario: str, client: str, expires: date = date(2027, 3, 1), reason: str = "known"
) -> Acceptance:
    return Acceptance(scenario, client, reason, "Jane", expires, date(2026, 1, 1))
