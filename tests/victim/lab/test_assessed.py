"""Servers that we did not write, attacked from the command line as a team would attack its own.

A sound one is green, and each published flaw is found at the version that has it and at no other.
"""

import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from codejack.cli import main
from reports.records import Observation

pytestmark = [pytest.mark.idps, pytest.mark.timeout(900)]

SUCCEEDED, BLOCKED = Observation.ATTACK_SUCCEEDED.value, Observation.ATTACK_BLOCKED.value

Start = Callable[[str], Path]
Assess = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def assess(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    browser: object,
) -> Assess:
    def call(server: str, scenarios: Collection[str] = ()) -> tuple[int, dict[str, Any]]:
        """The exit code, and what is said as JSON."""
        chosen = [word for name in scenarios for word in ("--scenario", name)]
        target, output = str(start(server)), str(tmp_path)
        arguments = ["codejack", "assess", target, "--json", "--output", output, *chosen]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert out, err
        return int(ended.value.code or 0), json.loads(out)

    return call


def observed(said: dict[str, Any], scenario: str) -> dict[str, str]:
    """What came of a scenario, by client."""
    return {
        cell["client"]: cell["observed"] for cell in said["cells"] if cell["scenario"] == scenario
    }


def test_a_certified_server_is_green(assess: Assess) -> None:
    status, said = assess("oidc-provider")

    assert said["undecided"] == []
    assert said["findings"] == []
    assert status == 0
    clients = {"public", "confidential", "spa"}
    assert {cell["client"] for cell in said["cells"]} == clients
    assert observed(said, "stolen-code") == dict.fromkeys(clients, BLOCKED)
    assert said["counts"]["met"] > 150


FLAWS = {
    # Published flaw: the scenarios that show it, the version that has it, the one that mends it.
    "CVE-2025-4143": (
        "redirect-foreign-host",
        "workers-oauth-provider-0.0.4",
        "workers-oauth-provider-0.0.5",
    ),
    "CVE-2025-4144": (
        "verifier-without-challenge",
        "workers-oauth-provider-0.0.4",
        "workers-oauth-provider-0.0.5",
    ),
    "CVE-2026-41213, length": ("short-verifier", "node-oauth-5.2.1", "node-oauth-5.3.0"),
    "CVE-2026-41213, alphabet": ("illegal-verifier", "node-oauth-5.2.1", "node-oauth-5.3.0"),
    "CVE-2024-22258": (
        "verifier-without-challenge",
        "spring-authorization-server-1.2.2",
        "spring-authorization-server-1.2.3",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_published_flaw_is_found_where_it_is(assess: Assess, flaw: str) -> None:
    scenario, vulnerable, _ = FLAWS[flaw]

    status, said = assess(vulnerable, [scenario])

    findings = {(cell["scenario"], cell["client"]) for cell in said["findings"]}
    assert (scenario, "confidential") in findings
    assert observed(said, scenario)["confidential"] == SUCCEEDED
    assert status == 1


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_published_flaw_is_not_found_where_it_was_mended(assess: Assess, flaw: str) -> None:
    scenario, _, mended = FLAWS[flaw]

    status, said = assess(mended, [scenario])

    assert set(observed(said, scenario).values()) == {BLOCKED}
    assert status == 0
