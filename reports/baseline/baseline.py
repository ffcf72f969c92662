"""A baseline: which findings are accepted, by whom and until when, and what was decided before.

Pure values. The file that people read and keep is :mod:`reports.baseline.file`.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation


class Pair(NamedTuple):
    """What a baseline speaks of: one scenario, played as one client of the target file."""

    client: str
    scenario: str


class Acceptance(Struct, frozen=True):
    """A finding that somebody answers for, until the end of a day."""

    scenario: str
    client: str
    reason: str
    owner: str
    expires: date
    added: date

    @property
    def pair(self) -> Pair:
        """What is accepted."""
        return Pair(self.client, self.scenario)

    def has_expired(self, today: date) -> bool:
        """Whether it counts no more; on its last day it still does."""
        return today > self.expires


class Baseline(Struct, frozen=True):
    """Accepted findings, and the pairs that a run has decided before."""

    accepted: tuple[Acceptance, ...] = ()
    covered: frozenset[Pair] = frozenset()

    @property
    def pairs(self) -> frozenset[Pair]:
        """All that a run is expected to show."""
        return self.covered | {each.pair for each in self.accepted}

    def acceptance(self, pair: Pair) -> Acceptance | None:
        """Who answers for this, if anybody does, expired or not."""
        return next((each for each in self.accepted if each.pair == pair), None)

    def accepting(self, more: Iterable[Acceptance]) -> "Baseline":
        """With more acceptances; one for the same pair takes the place of the old one."""
        by_pair = {each.pair: each for each in (*self.accepted, *more)}
        return replace(self, accepted=tuple(by_pair[pair] for pair in sorted(by_pair)))

    def without(self, pair: Pair) -> "Baseline":
        """With no acceptance for this pair; it stays covered, since it still has to be played."""
        return replace(self, accepted=tuple(e for e in self.accepted if e.pair != pair))

    def covering(self, pairs: Iterable[Pair]) -> "Baseline":
        """With more that was decided."""
        return replace(self, covered=self.covered | frozenset(pairs))

    def forgetting(self, pairs: Iterable[Pair]) -> "Baseline":
        """Without any trace of these: they need not be played any more."""
        gone = frozenset(pairs)
        kept = tuple(each for each in self.accepted if each.pair not in gone)
        return Baseline(kept, self.covered - gone)


def pair_of(verdict: Verdict) -> Pair:
    """What a verdict is about; a client of the target file is the posture of its cells."""
    return Pair(verdict.posture, verdict.scenario)


def is_finding(verdict: Verdict) -> bool:
    """Whether an attack succeeded that should have been blocked: what can be accepted."""
    return verdict.gate is Gate.VIOLATED and verdict.observed is Observation.ATTACK_SUCCEEDED


def findings(judgement: Judgement) -> list[Pair]:
    """What a run has found, each once, sorted."""
    return sorted({pair_of(verdict) for verdict in judgement.verdicts if is_finding(verdict)})


def decided(judgement: Judgement) -> frozenset[Pair]:
    """The pairs on which a run has evidence: the attack succeeded, or was blocked."""
    evident = {Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED}
    return frozenset(pair_of(v) for v in judgement.verdicts if v.observed in evident)
