"""Clients of developers and of devices: their redirect URIs are bent as far as they can be."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reports.judgement.judge import judge
from reports.records import Observation
from scenarios.assessment.planning import assessed
from scenarios.registry import FAMILIES
from scenarios.stage.browser import Browser
from tests.scenarios.assessed import looked_at, played
from tests.scenarios.foreign import LIKE_OTHERS, foreign
from victim.identity_provider import Policy

UNCHECKED = replace(LIKE_OTHERS, redirect_unchecked=True)
BLOCKED, SUCCEEDED = Observation.ATTACK_BLOCKED, Observation.ATTACK_SUCCEEDED


def observed(
    folder: Path, browser: Browser, policy: Policy, redirect_uri: str, *families: str
) -> Counter[Observation]:
    """What the attacks of these families come to at a public client."""
    chosen = [each for each in assessed() if each.family in families]
    with foreign(folder, policy, redirect_uri=redirect_uri) as server:
        both = server.site()
        site = replace(both, clients=tuple(each for each in both.clients if each.name == "spa"))
        known = looked_at(folder, browser, site)
        assert known.troubles == []
        stored = played(folder, browser, site, known, chosen)
    return Counter(each.observed for each in judge(stored).verdicts)


@pytest.mark.stage
@pytest.mark.parametrize(
    ("redirect_uri", "applying"),
    [
        ("http://localhost:3000/callback", 16),
        pytest.param("http://127.0.0.1:8080/callback", 16, marks=pytest.mark.long),
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
