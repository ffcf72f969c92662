"""What counts as a prize, and what a log must not lack to show one."""

import pytest
from msgspec.structs import replace

from reports.records import Deviation, Handover, Observation, Proof
from tests.reports.judgement.cases import (
    STOLEN,
    TARGET,
    Shape,
    at,
    issued,
    look,
    refused,
    token_theft,
    verdict,
)
from tests.reports.judgement.kinds import ALICE, burnt_code, forced_session, stolen_token
from tests.reports.judgement.prepared import prepared_session, replayed_redirect
from tests.reports.judgement.spoil import add, answer, change, declare, form, started_of

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


def test_a_session_may_be_handed_to_the_victim_by_other_means_than_http() -> None:
    log = prepared_session()
    log["attack.link"] = Handover(
        "attack.link", "attack", at(15), "thief", "victim-browser", "a cookie", "session=session#9"
    )

    assert verdict(log).observed is WON


@pytest.mark.parametrize(("when", "won"), [(12, WON), (15, WON), (15.1, OPEN)])
def test_what_is_handed_to_the_victim_was_the_attackers_before(
    when: float, won: Observation
) -> None:
    log = prepared_session()
    change("attack.loot", at=at(when))(log)

    assert verdict(log).observed is won


def test_what_the_attacker_keeps_was_not_handed_to_the_victim() -> None:
    log = prepared_session()
    change("attack.link", source="attacker-browser")(log)

    assert verdict(log).observed is OPEN


def test_a_session_that_showed_the_victim_already_did_not_turn() -> None:
    log = prepared_session()
    add("attack.again", look("attack.again", 14, 200, ALICE), "attack.before")(log)

    assert verdict(log).observed is OPEN


def test_what_was_bought_and_what_was_stolen_are_told_apart() -> None:
    assert verdict(stolen_token()).reason.startswith("The thief stole access_token#9, and userinfo")
    assert verdict(token_theft()).reason.startswith("The thief redeemed code#2, and userinfo")


def test_a_client_that_is_refused_the_code_it_was_brought_again_has_replayed_nothing() -> None:
    log = replayed_redirect()
    again = Shape(Proof.SESSION, "none", secret=True)
    answered = again.token("attack.again", 16, "client", STOLEN, 400, refused())
    for spoil in (declare(Deviation.USED), add("attack.again", answered, "attack.inject")):
        spoil(log)

    assert "saw the data of alice all the same" in verdict(log).reason


@pytest.mark.parametrize(("when", "won"), [(15, WON), (15.1, OPEN)])
def test_a_redirect_is_replayed_when_it_was_read_and_used(when: float, won: Observation) -> None:
    for spoil in (change("attack.loot", at=at(when)), change("attack.token", at=at(when))):
        log = replayed_redirect()
        change("attack.token", source="thief")(log)
        spoil(log)

        assert verdict(log).observed is won, verdict(log).reason


def test_a_client_that_is_refused_another_code_was_not_locked_out() -> None:
    log = burnt_code()
    form("attack.honest", code="code#8")(log)

    assert verdict(log).observed is OPEN


def test_nobody_is_locked_out_where_the_thief_and_the_client_both_get_a_token() -> None:
    log = burnt_code(200, issued("access_token#7"))
    answer("attack.token", 200, issued("access_token#6"))(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED
