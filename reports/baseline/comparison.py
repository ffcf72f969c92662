"""What changed between two runs, cell by cell, and which of it is for the worse.

Pure functions over what was planned and what was judged; no baseline has a say in it.
"""

import re
from collections.abc import Iterator
from enum import Enum, StrEnum, auto

from msgspec import Struct

from reports.baseline.environment import changed_facts, changed_policy
from reports.baseline.gate import did_not_run
from reports.judgement.judge import judge
from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import Observation
from reports.runlog import StoredRun

_LABEL = re.compile(r"\b([a-z][a-z0-9_]*)#\d+\b")
"""A secret's label. Its number is the order of one run, and says nothing about another."""


class Kind(StrEnum):
    """In which way something changed."""

    CUT_SHORT = "run did not finish"
    NEW_FINDING = "new finding"
    STOPPED = "stopped running"
    UNDECIDED = "newly undecided"
    SUCCEEDS = "succeeds now, tolerated"
    GONE = "finding gone"
    TOLERATED = "finding tolerated now"
    BLOCKED = "blocked now"
    DECIDED = "newly decided"
    NEW = "new scenario"
    REASON = "another reason"
    POLICY = "another policy"
    ENVIRONMENT = "environment"


_WORSE = frozenset({Kind.CUT_SHORT, Kind.NEW_FINDING, Kind.STOPPED, Kind.UNDECIDED, Kind.SUCCEEDS})


class Change(Struct, frozen=True):
    """One difference. ``what`` is a cell's id or the name of a fact; texts as the log has them."""

    kind: Kind
    what: str
    before: str
    after: str
    scenario: str = ""
    client: str = ""

    @property
    def is_worse(self) -> bool:
        """Whether a team has to look into it."""
        return self.kind in _WORSE


class Comparison(Struct, frozen=True):
    """Two runs by their ids, and what changed from one to the other, the worst first."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def worse(self) -> int:
        """How many changes are for the worse."""
        return sum(change.is_worse for change in self.changes)

    @property
    def exit_code(self) -> int:
        """0 nothing became worse, 1 something did."""
        return 1 if self.worse else 0


def compare(old: StoredRun, new: StoredRun) -> Comparison:
    """Judge two runs, and tell what changed."""
    changes = [
        *changes_of(judge(old), judge(new), _people(old) | _people(new)),
        *(Change(Kind.POLICY, *each) for each in changed_policy(old.started, new.started)),
        *(Change(Kind.ENVIRONMENT, *each) for each in changed_facts(old.started, new.started)),
    ]
    order = list(Kind)
    changes.sort(key=lambda change: order.index(change.kind))
    return Comparison(old.started.run, new.started.run, tuple(changes))


def _people(run: StoredRun) -> frozenset[str]:
    targets = [posture.target for posture in run.started.postures if posture.target]
    return frozenset(name for each in targets for name in (each.victim, each.attacker) if name)


def changes_of(
    old: Judgement, new: Judgement, people: frozenset[str] = frozenset()
) -> Iterator[Change]:
    """What changed in the cells, as the judge saw them, in the order of the plans.

    ``people`` are those whose names may differ from run to run without anything having changed.
    """
    if old.complete and not new.complete:
        yield Change(Kind.CUT_SHORT, "run", "completed", "cut short")
    before = {verdict.cell: verdict for verdict in old.verdicts}
    after = {verdict.cell: verdict for verdict in new.verdicts}
    for cell in dict.fromkeys((*before, *after)):
        was, is_ = before.get(cell), after.get(cell)
        if kind := _kind(was, _state(was, old), is_, _state(is_, new), people):
            about = was or is_
            yield Change(
                kind,
                cell,
                _told(was),
                _told(is_),
                about.scenario if about else "",
                about.posture if about else "",
            )


class _State(Enum):
    ABSENT = auto()
    OPEN = auto()
    FINDING = auto()
    HOLDS = auto()


def _state(verdict: Verdict | None, judgement: Judgement) -> _State:
    if verdict is None or did_not_run(verdict, judgement):
        return _State.ABSENT
    match verdict.gate:
        case Gate.MET:
            return _State.HOLDS
        case Gate.VIOLATED:
            return _State.FINDING
        case _:
            return _State.OPEN


def _kind(
    was: Verdict | None,
    before: _State,
    is_: Verdict | None,
    after: _State,
    people: frozenset[str],
) -> Kind | None:
    match before, after:
        case _State.ABSENT, _State.ABSENT:
            return None
        case _ if was and is_ and before is after:
            return _within(was, is_, people)
        case _, _State.FINDING:
            return Kind.NEW_FINDING
        case _, _State.OPEN:
            return Kind.UNDECIDED
        case _, _State.ABSENT:
            return Kind.STOPPED
        case _State.FINDING, _:
            return Kind.TOLERATED if _succeeded(is_) else Kind.GONE
        case _State.OPEN, _:
            return Kind.DECIDED
        case _:
            return Kind.NEW


def _succeeded(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.observed is Observation.ATTACK_SUCCEEDED


def _within(was: Verdict, is_: Verdict, people: frozenset[str]) -> Kind | None:
    """What changed where the gate is the same."""
    match was.observed, is_.observed:
        case Observation.ATTACK_BLOCKED, Observation.ATTACK_SUCCEEDED:
            return Kind.SUCCEEDS
        case Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED:
            return Kind.BLOCKED
        case _:
            return Kind.REASON if _essence(was, people) != _essence(is_, people) else None


def _essence(verdict: Verdict, people: frozenset[str]) -> str:
    """What is told, without what differs between any two runs."""
    told = _LABEL.sub(r"\1", _told(verdict))
    for name in people:
        told = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "somebody", told)
    return told


_WORDS = {
    Observation.ATTACK_SUCCEEDED: "succeeded",
    Observation.ATTACK_BLOCKED: "blocked",
    Observation.INCONCLUSIVE: "inconclusive",
    Observation.NOT_APPLICABLE: "not applicable",
}


def _told(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not in the plan"
    notes = f" ({'; '.join(verdict.notes)})" if verdict.notes else ""
    return f"{_WORDS[verdict.observed]}: {verdict.reason}{notes}"
