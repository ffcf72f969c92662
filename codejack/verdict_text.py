"""What went wrong with an attack, in a few lines of plain text."""

from reports.judgement.verdicts import Gate, Verdict
from reports.page.visible import clause_title, clip, visible
from scenarios.registry import all_scenarios

_WORDS = {Gate.VIOLATED: "finding", Gate.UNDECIDED: "undecided", Gate.STALE: "stale"}


def verdict_text(verdict: Verdict, log: str = "") -> str:
    """The reason first, then what should hold, what to do, and what it rests on.

    ``log`` is the path of the run log. Everything has been redacted there.
    """
    scenario = all_scenarios().get(verdict.scenario)
    found = verdict.gate is Gate.VIOLATED
    clauses = scenario.clauses if scenario else ()
    said = {
        "what should hold": scenario.title if scenario else "",
        "remedy": scenario.remedy if scenario and found else "",
        "to settle it": verdict.settle,
        "rests on": ", ".join(map(clause_title, clauses)),
        "notes": "; ".join(verdict.notes),
        "evidence": ", ".join(verdict.evidence),
        "log": log,
    }
    first = f"{_WORDS[verdict.gate]}: {verdict.reason}"
    lines = [first, *(f"  {name}: {text}" for name, text in said.items() if text)]
    return "\n".join(visible(clip(line)).replace("\n", " ") for line in lines)
