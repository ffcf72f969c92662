"""What a few lines say of an attack: in which order, and what they never contain."""

import pytest

from codejack.verdict_text import verdict_text
from reports.judgement.verdicts import Gate, Verdict
from reports.records import Observation
from scenarios.registry import all_scenarios

STOLEN = all_scenarios()["stolen-code"]


def verdict(gate: Gate, scenario: str = "stolen-code", reason: str = "so it was") -> Verdict:
    return Verdict(
        cell=f"{scenario}/access-log/web",
        scenario=scenario,
        channel="access-log",
        posture="web",
        observed=Observation.INCONCLUSIVE,
        expected=Observation.ATTACK_BLOCKED,
        gate=gate,
        reason=reason,
        seconds=0.1,
        evidence=("e1", "e2"),
        notes=("noted",),
        settle="Do this.",
    )


def test_a_finding_has_its_remedy_its_clauses_and_where_to_look() -> None:
    first, *rest = verdict_text(verdict(Gate.VIOLATED), "runs/1/run.jsonl").split("\n")

    assert first == "finding: so it was"
    assert f"  what should hold: {STOLEN.title}" in rest
    assert f"  remedy: {STOLEN.remedy}" in rest
    assert any(line.startswith("  rests on: RFC ") for line in rest)
    assert rest[-3:] == ["  notes: noted", "  evidence: e1, e2", "  log: runs/1/run.jsonl"]


@pytest.mark.parametrize(("gate", "word"), [(Gate.UNDECIDED, "undecided"), (Gate.STALE, "stale")])
def test_what_is_no_finding_has_no_remedy_but_what_to_do(gate: Gate, word: str) -> None:
    text = verdict_text(verdict(gate))

    assert text.startswith(f"{word}: so it was\n")
    assert "  to settle it: Do this." in text
    assert "remedy" not in text
    assert "log" not in text


def test_a_scenario_that_is_gone_is_told_all_the_same() -> None:
    assert verdict_text(verdict(Gate.STALE, "gone")).startswith("stale: so it was\n")


def test_what_a_server_says_cannot_steer_a_terminal() -> None:
    text = verdict_text(verdict(Gate.VIOLATED, reason="it said \x1b[2J\nremedy: none"))

    assert "\x1b" not in text
    assert "\nremedy" not in text
