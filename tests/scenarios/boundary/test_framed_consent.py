"""A framed question for consent is answered by a click on something else; real browser."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.judgement.judge import judge
from reports.records import Loot, Observation, Record
from scenarios.matrix import Extent, matrix_plan
from scenarios.registry import all_scenarios
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from tests.conftest import Played, observed, play

pytestmark = pytest.mark.stage

BASE = "framed-consent/framed-pages"
HARDENED, WEAK = f"{BASE}/hardened-public", f"{BASE}/page-framing-allowed.public"


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Played:
    plan = matrix_plan(
        [all_scenarios()["framed-consent"]], Extent(("page_framing_allowed",), others=0)
    )
    return play(tmp_path_factory.mktemp("frames"), plan, StageOptions(browser, port=0))


def without(played: Played, is_gone: Callable[[Record], bool]) -> dict[str, str]:
    """What is observed when these records are missing."""
    kept = tuple(record for record in played.stored.records if not is_gone(record))
    return observed(judge(replace(played.stored, records=kept)).verdicts)


def test_the_click_lands_on_allow_where_framing_is_allowed_and_only_there(played: Played) -> None:
    seen = observed(played.judgement.verdicts)

    assert seen == {HARDENED: Observation.ATTACK_BLOCKED, WEAK: Observation.ATTACK_SUCCEEDED}


@pytest.mark.parametrize("kind", ["authorization_request", "click"])
def test_a_page_that_nobody_framed_or_clicked_on_has_refused_nothing(
    played: Played, kind: str
) -> None:
    seen = without(played, lambda record: isinstance(record, Loot) and record.kind == kind)

    assert seen[HARDENED] == Observation.INCONCLUSIVE


def test_a_code_counts_only_if_it_was_caught(played: Played) -> None:
    seen = without(played, lambda record: isinstance(record, Loot) and record.kind == "code")

    assert seen[WEAK] == Observation.INCONCLUSIVE
