"""Going on with a run that was cut short: what it has decided stays, the rest is played again."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from reports.judgement.verdicts import Gate, Judgement
from reports.records import Finished, PlayFinished, PlayStarted, Record, Started
from reports.runlog import StoredRun
from scenarios.planning import Plan

_LABEL = re.compile(r"([a-z_]+)#(\d+)")
_ID = re.compile(r'"id":"e(\d+)"')


@dataclass(frozen=True)
class Earlier:
    """What is kept of a run, and the numbers after which a new one goes on counting.

    ``labels`` maps the kind of a secret to its last number.
    """

    records: tuple[Record, ...]
    done: frozenset[str]
    plays: int
    ids: int
    labels: dict[str, int]

    def rest_of(self, plan: Plan) -> Plan:
        """The same plan, with only those cells to play that are not decided yet."""
        if not self.done:
            return plan
        groups = {
            key: [cell for cell in cells if cell.plan.id not in self.done]
            for key, cells in plan.groups.items()
        }
        return replace(plan, groups={key: cells for key, cells in groups.items() if cells})


NOTHING = Earlier((), frozenset(), 0, 0, {})
"""Of a run that begins at the beginning."""


def earlier(run: StoredRun, judgement: Judgement) -> Earlier:
    """What to keep: honest logins that ended, and the attacks on cells that are decided."""
    decided = {v.cell for v in judgement.verdicts if v.gate in {Gate.MET, Gate.VIOLATED}}
    attacked = {each.cell for each in run.of(PlayStarted) if each.cell}
    ended = {each.play for each in run.of(PlayFinished)}
    kept = {
        each.play
        for each in run.of(PlayStarted)
        if each.play in ended and (not each.cell or each.cell in decided)
    }
    return Earlier(
        records=tuple(_of(run, kept)),
        done=frozenset(decided & attacked),
        plays=max((int(each.play[1:]) for each in run.of(PlayStarted)), default=0),
        ids=_last_id(run),
        labels=_last_labels(run),
    )


def _of(run: StoredRun, plays: set[str]) -> Iterator[Record]:
    for record in run.records:
        if not isinstance(record, Started | Finished) and record.play in plays:
            yield record


def _last_id(run: StoredRun) -> int:
    text = msgspec.json.encode(run.records).decode()
    return max((int(found[1]) for found in _ID.finditer(text)), default=0)


def _last_labels(run: StoredRun) -> dict[str, int]:
    last: Counter[str] = Counter()
    for kind, number in _LABEL.findall(msgspec.json.encode(run.records).decode()):
        last[kind] = max(last[kind], int(number))
    return dict(last)
