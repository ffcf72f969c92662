"""``codejack list``: what there is to play, and what each scenario sees."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from scenarios.matrix import channel_of, weaknesses_seen
from scenarios.registry import Scenario


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
