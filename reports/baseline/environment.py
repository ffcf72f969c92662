"""What two runs were made with: versions, the server's endpoints, its clients, the policy."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import asdict

from reports.records import Observation, PlannedCell, Started


class Difference(NamedTuple):
    """The name of something, and what it was before and after. Cells name what they are about."""

    what: str
    before: str
    after: str
    scenario: str = ""
    client: str = ""


def changed_facts(old: Started, new: Started) -> Iterator[Difference]:
    """Versions, endpoints and switches that differ; what one run lacks is called absent."""
    in_both = {each.id for each in old.postures} & {each.id for each in new.postures}
    before, after = _facts(old, in_both), _facts(new, in_both)
    for name in dict.fromkeys((*before, *after)):
        was, is_ = before.get(name, "absent"), after.get(name, "absent")
        if was != is_:
            yield Difference(name, was, is_)


def _facts(started: Started, clients: set[str]) -> dict[str, str]:
    facts = {"codejack": started.version, **started.environment}
    values: dict[str, set[str]] = {}
    for posture in started.postures:
        described = asdict(posture.target) if posture.target else {}
        for name, value in described.items():
            values.setdefault(f"target: {name.replace('_', ' ')}", set()).add(str(value))
        if posture.id in clients:
            facts |= {f"{posture.id}: {name}": value for name, value in posture.switches.items()}
    return facts | {name: ", ".join(sorted(each)) for name, each in values.items()}


def changed_policy(old: Started, new: Started) -> Iterator[Difference]:
    """Cells that are held to something else than before."""
    before = {cell.id: cell for cell in old.plan}
    for cell in new.plan:
        was = before.get(cell.id)
        if was and _demand(was) != _demand(cell) and _applies(was) and _applies(cell):
            yield Difference(cell.id, _demand(was), _demand(cell), cell.scenario, cell.posture)


def _applies(cell: PlannedCell) -> bool:
    return cell.expected is not Observation.NOT_APPLICABLE


def _demand(cell: PlannedCell) -> str:
    if cell.tolerated:
        return "may succeed"
    blocked = cell.expected is Observation.ATTACK_BLOCKED
    return "must be blocked" if blocked else f"expected {cell.expected}"
