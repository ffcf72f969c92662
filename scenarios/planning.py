"""The plan: which cells a run plays, and what the model says must be observed in each."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.records import Observation, PlannedCell
from scenarios.channels import Channel
from scenarios.embedded import Key
from scenarios.model import expect
from scenarios.performance import Cell
from scenarios.postures import Posture
from scenarios.registry import Scenario


@dataclass(frozen=True)
class Plan:
    """Every cell of a run, and those to be played, grouped by the client that they share."""

    cells: tuple[PlannedCell, ...]
    groups: dict[Key, list[Cell]]

    def only(self, channels: Iterable[Channel]) -> dict[Key, list[Cell]]:
        """The groups of these channels."""
        kept = set(channels)
        return {key: cells for key, cells in self.groups.items() if key[0] in kept}


def make_plan(
    scenarios: Iterable[Scenario],
    postures: Iterable[Posture] | None = None,
    channels: Iterable[Channel] | None = None,
) -> Plan:
    """Plan scenarios, in their own postures and channels unless some are named.

    A posture that the user names and a scenario does not declare is planned too: the model knows
    what to expect of it. A cell that makes no sense is in the plan, and is not played.
    """
    cells: list[PlannedCell] = []
    groups: dict[Key, list[Cell]] = {}
    for scenario in scenarios:
        for channel in scenario.channels:
            if channels is not None and channel not in channels:
                continue
            for posture in scenario.postures if postures is None else postures:
                cell = _cell(scenario, channel, posture)
                cells.append(cell)
                if cell.expected is not Observation.NOT_APPLICABLE:
                    key = (channel, posture, scenario.verifier)
                    groups.setdefault(key, []).append(Cell(cell, scenario))
    return Plan(tuple(cells), groups)


def _cell(scenario: Scenario, channel: Channel, posture: Posture) -> PlannedCell:
    expectation = expect(scenario, posture)
    return PlannedCell(
        id=f"{scenario.id}/{channel.id}/{posture.id}",
        scenario=scenario.id,
        channel=channel.id,
        posture=posture.id,
        expected=expectation.observed,
        why=expectation.why,
    )
