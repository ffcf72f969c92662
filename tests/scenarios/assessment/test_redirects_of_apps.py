"""Clients of developers and of devices: their redirect URIs are bent as far as they can be."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reports.judgement.judge import judge
from reports.records import Observation
from reports.runlog import read_log
from scenarios.assessment.planning import assessed, assessment_plan, candidates
from scenarios.assessment.preflight import informed, look_first
from scenarios.assessment.standards import STANDARDS
from scenarios.registry import FAMILIES
from scenarios.runner import Run, perform
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.scenarios.foreign import LIKE_OTHERS, foreign
from victim.identity_provider import Policy

UNCHECKED = replace(LIKE_OTHERS, redirect_unchecked=True)
BLOCKED, SUCCEEDED = Observation.ATTACK_BLOCKED, Observation.ATTACK_SUCCEEDED


def observed(
    folder: Path, browser: Browser, policy: Policy, redirect_uri: str, *families: str
) -> Counter[Observation]:
    """What the attacks of these families come to at a public client."""
    chosen = [each for each in assessed() if each.family in families]
    options = StageOptions(browser, port=0)
    with foreign(folder, policy, redirect_uri=redirect_uri) as server:
        both = server.site()
        site = replace(both, clients=tuple(each for each in both.clients if each.name == "spa"))
        known = asyncio.run(look_first(folder, site, options, lambda record: None))
        assert known.troubles == []
        plan = assessment_plan(chosen, candidates(site, known, STANDARDS["rfc9700"]))
        run = Run(folder / "run")
        run.folder.mkdir()
        there = informed(site, known)
        asyncio.run(perform(run, plan, chosen, options, lambda record: None, there))
    return Counter(each.observed for each in judge(read_log(run.log)).verdicts)


@pytest.mark.stage
@pytest.mark.parametrize(
    ("redirect_uri", "applying"),
    [
        ("http://localhost:3000/callback", 16),
        ("http://127.0.0.1:8080/callback", 16),
        ("com.example.app:/callback", 2),
    ],
)
def test_who_checks_no_redirect_uri_is_found_out_by_all_that_applies(
    browser: Browser, tmp_path: Path, redirect_uri: str, applying: int
) -> None:
    weak, hardened = tmp_path / "weak", tmp_path / "hardened"
    weak.mkdir()
    hardened.mkdir()

    refused = observed(hardened, browser, LIKE_OTHERS, redirect_uri, "redirects")
    assert refused[BLOCKED] == applying == len(assessed_at(refused))
    # Of two redirect URIs in one request, it uses the first, which is the registered one.
    found = observed(weak, browser, UNCHECKED, redirect_uri, "redirects")
    assert (found[SUCCEEDED], found[BLOCKED]) == (applying - 1, 1)


def assessed_at(found: Counter[Observation]) -> list[Observation]:
    return [each for each in found.elements() if each is not Observation.NOT_APPLICABLE]


@pytest.mark.stage
@pytest.mark.parametrize("redirect_uri", ["http://localhost:3000/callback", "com.example.app:/cb"])
def test_all_other_attacks_are_decided_at_such_a_client_too(
    browser: Browser, tmp_path: Path, redirect_uri: str
) -> None:
    families = [each for each in FAMILIES if each != "redirects"]
    found = assessed_at(observed(tmp_path, browser, LIKE_OTHERS, redirect_uri, *families))

    assert Observation.INCONCLUSIVE not in found
    assert found.count(BLOCKED) > 30
