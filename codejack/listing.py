"""``codejack list``: what there is to play, and what each scenario sees."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from rich.console import Console

from scenarios.matrix import channel_of, weaknesses_seen
from scenarios.registry import Scenario, all_scenarios
from scenarios.weaknesses import catalogue, side_of
from victim.weakness import Weakness


def show(scenarios: Iterable[Scenario], console: Console) -> None:
    """Print them by family."""
    family = ""
    for each in scenarios:
        if each.family != family:
            family = each.family
            console.print(f"\n[bold underline]{family}[/]")
        console.print(f"\n  [bold]{each.id}[/]  {each.title}")
        for name, value in _summary(each).items():
            console.print(f"    [dim]{name:9}[/] {value}")


def as_json(scenarios: Iterable[Scenario]) -> dict[str, Any]:
    """The same for machines."""
    return {"scenarios": [_described(each) for each in scenarios]}


def show_weaknesses(console: Console) -> None:
    """Print what can be wrong, first with the server and then with the client."""
    side = ""
    for each in catalogue().values():
        if side_of(each.name) != side:
            side = side_of(each.name)
            console.print(f"\n[bold underline]{side}[/]")
        console.print(f"\n  [bold]{each.name}[/]  {each.description}")
        for name, value in _facts(each).items():
            console.print(f"    [dim]{name:9}[/] {', '.join(value)}")


def weaknesses_as_json() -> dict[str, Any]:
    """The same for machines."""
    return {
        "weaknesses": [
            {
                "name": each.name,
                "side": side_of(each.name),
                "description": each.description,
                "clause": each.clause,
                "published": each.published,
                "needs": each.needs,
                "seen_by": _seen_by(each.name),
            }
            for each in catalogue().values()
        ]
    }


def _facts(weakness: Weakness) -> dict[str, tuple[str, ...]]:
    facts = {
        "clause": (weakness.clause,),
        "published": (weakness.published,) if weakness.published else (),
        "needs": weakness.needs,
        "seen by": _seen_by(weakness.name),
    }
    return {name: value for name, value in facts.items() if value}


def _seen_by(weakness: str) -> tuple[str, ...]:
    return tuple(name for name, seen in _all_seen().items() if weakness in seen)


@cache
def _all_seen() -> dict[str, tuple[str, ...]]:
    return {each.id: tuple(weaknesses_seen(each)) for each in all_scenarios().values()}


def _summary(scenario: Scenario) -> dict[str, str]:
    window = channel_of(scenario).needs_window
    summary = {
        "vantage": scenario.vantage.name,
        "clauses": ", ".join(scenario.clauses),
        "postures": ", ".join(posture.id for posture in scenario.postures),
        "channels": ", ".join(channel.id for channel in scenario.channels),
        "matrix": "in a real browser" if window else "over HTTP",
        "sees": ", ".join(weaknesses_seen(scenario)),
        "limit": scenario.limit,
    }
    return {name: text for name, text in summary.items() if text}


def _described(scenario: Scenario) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "family": scenario.family,
        "title": scenario.title,
        "vantage": scenario.vantage.name,
        "clauses": scenario.clauses,
        "remedy": scenario.remedy,
        "weaknesses": weaknesses_seen(scenario),
        "limit": scenario.limit,
        "postures": [posture.id for posture in scenario.postures],
        "channels": [channel.id for channel in scenario.channels],
    }
