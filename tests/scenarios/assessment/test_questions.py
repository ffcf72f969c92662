"""What is found out before attacks that need to know whether anybody is asked for consent."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.registry import Scenario, all_scenarios
from scenarios.stage.browser import Browser
from tests.scenarios.assessed import looked_at_closely
from tests.scenarios.foreign import LIKE_OTHERS, foreign

pytestmark = [pytest.mark.stage, pytest.mark.timeout(120)]

FRAMED, OTHER = all_scenarios()["framed-consent"], all_scenarios()["stolen-code"]


def asked_again(
    folder: Path,
    browser: Browser,
    chosen: Collection[Scenario] = (OTHER, FRAMED),
    attacked: str = "spa",
    **careless: bool,
) -> Collection[str]:
    """The clients beside which somebody is asked, and that only the log of that says so."""
    with foreign(folder, replace(LIKE_OTHERS, **careless)) as server:
        known = looked_at_closely(folder, browser, server.site(), chosen, attacked)
    assert known.troubles == []
    assert [each.client for each in known.victim] == [attacked]
    assert (folder / "questions" / "run.jsonl").exists() is (FRAMED in chosen)
    assert len(known.runs) == (3 if FRAMED in chosen else 2)
    return known.asked_again


def test_who_is_asked_once_more_could_be_made_to_click(browser: Browser, tmp_path: Path) -> None:
    assert asked_again(tmp_path, browser) == {"spa"}


def test_who_is_never_asked_has_nothing_to_click_at(browser: Browser, tmp_path: Path) -> None:
    assert asked_again(tmp_path, browser, consent_skipped=True) == frozenset()


def test_nobody_is_bothered_for_attacks_that_need_not_know(
    browser: Browser, tmp_path: Path
) -> None:
    assert asked_again(tmp_path, browser, [OTHER]) == frozenset()
