"""What counts as a prize, and what a log must not lack to show one."""

import pytest
from msgspec.structs import replace

from reports.records import Observation
from tests.reports.judgement.cases import TARGET, issued, verdict
from tests.reports.judgement.kinds import ALICE, burnt_code, forced_session, stolen_token
from tests.reports.judgement.spoil import change, started_of

WON, OPEN = Observation.ATTACK_SUCCEEDED, Observation.INCONCLUSIVE


@pytest.mark.parametrize("log", [stolen_token, burnt_code, forced_session])
def test_each_kind_of_prize_is_seen(log: object) -> None:
    assert callable(log)
    found = verdict(log())

    assert found.observed is WON, found.reason
    assert found.decisive


def test_a_session_that_still_shows_the_victim_was_not_forced() -> None:
    assert verdict(forced_session(ALICE)).observed is OPEN


def test_a_code_that_the_honest_client_redeems_all_the_same_was_not_burnt() -> None:
    found = verdict(burnt_code(200, issued("access_token#7")))

    assert found.observed is Observation.ATTACK_BLOCKED, found.reason


@pytest.mark.parametrize(("status", "body"), [(500, "{}"), (429, "{}"), (200, "{}")])
def test_a_client_that_meets_a_broken_server_was_not_locked_out(status: int, body: str) -> None:
    assert verdict(burnt_code(status, body)).observed is OPEN


def test_nobody_is_nobodys_session_where_the_attacker_has_no_account() -> None:
    log = forced_session("{}")
    (posture,) = started_of(log).postures
    nobody = replace(posture, target=TARGET)
    change("started", postures=(nobody,))(log)

    assert verdict(log).observed is OPEN
