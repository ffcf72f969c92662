"""What counts as a prize, and what a log must not lack to show one."""

import pytest
from msgspec.structs import replace

from reports.records import Handover, Observation
from tests.reports.judgement.cases import TARGET, Make, at, issued, look, token_theft, verdict
from tests.reports.judgement.kinds import ALICE, burnt_code, forced_session, stolen_token
from tests.reports.judgement.prepared import prepared_session, replayed_redirect, told_password
from tests.reports.judgement.spoil import add, change, started_of

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


@pytest.mark.parametrize(
    ("log", "evidence"),
    [
        (prepared_session, ("attack.own", "attack.loot", "attack.link", "attack.look")),
        (told_password, ("attack.visit", "attack.loot", "attack.used", "attack.look")),
        (replayed_redirect, ("attack.redirect", "attack.loot", "attack.inject", "attack.look")),
        (stolen_token, ("attack.seen", "attack.held", "attack.look")),
        (burnt_code, ("attack.redirect", "attack.loot", "attack.token", "attack.honest")),
    ],
)
def test_the_evidence_of_a_prize_is_what_was_held_how_it_was_used_and_what_came_of_it(
    log: Make, evidence: tuple[str, ...]
) -> None:
    found = verdict(log())

    assert found.evidence == evidence
    assert found.decisive == evidence[-1]


def test_what_was_bought_and_what_was_stolen_are_told_apart() -> None:
    assert verdict(stolen_token()).reason.startswith("The thief stole access_token#9, and userinfo")
    assert verdict(token_theft()).reason.startswith("The thief redeemed code#2, and userinfo")
