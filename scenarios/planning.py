"""The plan: which cells a run plays, and what the model says must be observed in each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from reports.records import Observation, PlannedCell
from scenarios.channels import HEADLINE_CHANNELS, Channel
from scenarios.model.expectation import expect
from scenarios.performance import Cell
from scenarios.postures import Posture
from scenarios.registry import Scenario
from scenarios.target import Key


@dataclass(frozen=True)
class Plan:
    """Every cell of a run, and those to be played, grouped by the client that they share.

    ``postures`` are those of the cells, each once.
    """

    cells: tuple[PlannedCell, ...]
    postures: tuple[Posture, ...]
    groups: dict[Key, list[Cell]]

    def shared_out(self, shares: int) -> list["Plan"]:
        """The same cells as plans that take about as long as each other; none of them is empty.

        Cells of one group stay together. A window takes some twenty times as long as HTTP.
        """
        weights = {key: (len(cells) + 2) * _weight(key) for key, cells in self.groups.items()}
        piles: list[list[Key]] = [[] for _ in range(min(shares, len(self.groups)))]
        for key in sorted(self.groups, key=lambda key: -weights[key]):
            min(piles, key=lambda pile: sum(weights[each] for each in pile)).append(key)
        return [self._part(pile) for pile in piles]

    def _part(self, keys: list[Key]) -> "Plan":
        groups = {key: cells for key, cells in self.groups.items() if key in keys}
        ids = {cell.plan.id for cells in groups.values() for cell in cells}
        postures = {key.posture for key in groups}
        return Plan(
            tuple(cell for cell in self.cells if cell.id in ids),
            tuple(each for each in self.postures if each in postures),
            groups,
        )

    def limited_to(self, ids: Collection[str]) -> "Plan":
        """The same plan with these cells, and no others."""
        kept = {
            key: [cell for cell in cells if cell.plan.id in ids]
            for key, cells in self.groups.items()
        }
        cells = tuple(cell for cell in self.cells if cell.id in ids)
        used = {cell.posture for cell in cells}
        return Plan(
            cells,
            tuple(each for each in self.postures if each.id in used),
            {key: group for key, group in kept.items() if group},
        )

    def only(self, channels: Iterable[Channel]) -> dict[Key, list[Cell]]:
        """The groups of these channels."""
        kept = set(channels)
        return {key: cells for key, cells in self.groups.items() if key.channel in kept}


def make_plan(
    scenarios: Iterable[Scenario],
    postures: Iterable[Posture] | None = None,
    channels: Iterable[Channel] | None = None,
) -> Plan:
    """Plan scenarios, in their own postures and channels unless some are named.

    A posture that the user names and a scenario does not declare is planned too: the model knows
    what to expect of it. A cell that makes no sense is in the plan, and is not played.
    """
    wanted = HEADLINE_CHANNELS if channels is None else tuple(channels)
    return plan_cells(
        (scenario, Key(channel, posture.having(*scenario.habits)))
        for scenario in scenarios
        for channel in scenario.channels
        if channel in wanted
        for posture in (scenario.postures if postures is None else postures)
    )


def plan_cells(chosen: Iterable[tuple[Scenario, Key]]) -> Plan:
    """Plan these cells, in this order. Those of one key share a client and its honest logins."""
    cells: list[PlannedCell] = []
    postures: dict[str, Posture] = {}
    groups: dict[Key, list[Cell]] = {}
    for scenario, key in chosen:
        cell = _cell(scenario, key)
        cells.append(cell)
        postures.setdefault(key.posture.id, key.posture)
        if cell.expected is not Observation.NOT_APPLICABLE:
            groups.setdefault(key, []).append(Cell(cell, scenario))
    return Plan(tuple(cells), tuple(postures.values()), groups)


def _weight(key: Key) -> int:
    return 20 if key.channel.needs_window else 1


def _cell(scenario: Scenario, key: Key) -> PlannedCell:
    expectation = expect(scenario, key.posture)
    return PlannedCell(
        id=f"{scenario.id}/{key.channel.id}/{key.posture.id}",
        scenario=scenario.id,
        channel=key.channel.id,
        posture=key.posture.id,
        expected=expectation.observed,
        why=expectation.why,
    )
