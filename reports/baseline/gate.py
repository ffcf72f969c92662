"""A run held against its baseline: what was accepted is met, and what is not so any more is stale.

Nothing gets better by this but a finding that somebody answers for. Whatever the baseline counts on
and the run does not show is stale, and fails.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from reports.baseline.baseline import Acceptance, Baseline, Pair, is_finding, pair_of
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation

_STOPPED = "The scenario stopped running"
_REMEDY = "Find out why. If it is not to run any more: codejack baseline forget."


class Choice(Struct, frozen=True):
    """What a run was limited to by its user; ``None`` is no limit."""

    scenarios: frozenset[str] | None = None
    clients: frozenset[str] | None = None

    def covers(self, pair: Pair) -> bool:
        """Whether the run was to play this."""
        wanted = self.scenarios is None or pair.scenario in self.scenarios
        return wanted and (self.clients is None or pair.client in self.clients)


EVERYTHING = Choice()


def hold_against(
    judgement: Judgement, baseline: Baseline, today: date, choice: Choice = EVERYTHING
) -> Judgement:
    """The same judgement with the gates that follow from a baseline, and what is missing.

    Cells that the baseline knows and the run has not planned get a verdict of their own, unless the
    user's ``choice`` left them out.
    """
    known = baseline.pairs
    held = [
        _held(v, baseline.acceptance(pair_of(v)), today, judgement) if pair_of(v) in known else v
        for v in judgement.verdicts
    ]
    seen = {pair_of(verdict) for verdict in judgement.verdicts}
    missing = sorted(pair for pair in known - seen if choice.covers(pair))
    return replace(judgement, verdicts=(*held, *_missing(missing, judgement)))


def _held(
    verdict: Verdict, acceptance: Acceptance | None, today: date, judgement: Judgement
) -> Verdict:
    if did_not_run(verdict, judgement):
        reason = f"{_STOPPED}: {verdict.reason}"
        settle = f"{verdict.settle} {_REMEDY}".strip()
        return replace(verdict, gate=Gate.STALE, reason=reason, settle=settle)
    return _accepted(verdict, acceptance, today) if acceptance else verdict


def did_not_run(verdict: Verdict, judgement: Judgement) -> bool:
    """Whether this was not even tried. A run that was cut short had no time to."""
    unplayed = verdict.observed is Observation.INCONCLUSIVE and not verdict.play
    return verdict.observed is Observation.NOT_APPLICABLE or (unplayed and judgement.complete)


def _accepted(verdict: Verdict, acceptance: Acceptance, today: date) -> Verdict:
    if verdict.observed is Observation.ATTACK_BLOCKED and verdict.gate is Gate.MET:
        return replace(
            verdict,
            gate=Gate.STALE,
            notes=(*verdict.notes, f"accepted by {acceptance.owner}: {acceptance.reason}"),
            settle="It was accepted and does not happen any more: codejack baseline remove.",
        )
    said = f"{acceptance.expires} by {acceptance.owner}: {acceptance.reason}"
    if acceptance.has_expired(today):
        tolerated = verdict.gate is Gate.MET
        return replace(
            verdict,
            gate=Gate.STALE if tolerated else verdict.gate,
            notes=(*verdict.notes, f"acceptance expired: it was accepted until {said}"),
        )
    return replace(
        verdict,
        gate=Gate.MET if is_finding(verdict) else verdict.gate,
        notes=(*verdict.notes, f"accepted until {said}"),
    )


def _missing(pairs: list[Pair], judgement: Judgement) -> Iterator[Verdict]:
    """Verdicts on what is not in the plan, so that everything that shows verdicts shows them."""
    channel = judgement.verdicts[0].channel if judgement.verdicts else "access-log"
    for client, scenario in pairs:
        yield Verdict(
            cell=f"{scenario}/{channel}/{client}",
            scenario=scenario,
            channel=channel,
            posture=client,
            observed=Observation.INCONCLUSIVE,
            expected=Observation.ATTACK_BLOCKED,
            gate=Gate.STALE,
            reason=f"{_STOPPED}: it is not in the plan of this run any more.",
            seconds=0.0,
            settle=_REMEDY,
        )
