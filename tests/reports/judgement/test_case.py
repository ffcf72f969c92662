"""A case: whose browser brings codes, and what counts as captured, by what the attack is after."""

import msgspec
import pytest

from reports.judgement.case import Case
from reports.judgement.evidence import nearest_controls, plays
from reports.records import Exchange, HttpRequest
from tests.reports.judgement.cases import STOLEN, Log, Make, session_theft, stored, token_theft
from tests.reports.judgement.kinds import forced_session
from tests.reports.judgement.prepared import refused_refresh_token, stolen_refresh_token
from tests.reports.judgement.spoil import change


def case(log: Log) -> Case:
    run = stored(log)
    everything = plays(run)
    attack = next(play for play in everything if play.started.kind == "attack")
    (posture,), (scenario,) = run.started.postures, run.started.scenarios
    assert posture.target is not None
    before, after = nearest_controls(attack, everything, posture.target)
    return Case(scenario, posture, posture.target, attack, before, after, {})


def test_a_thief_of_tokens_presents_codes_itself() -> None:
    theft = case(token_theft())

    assert theft.carrier == ""
    assert theft.owner == "victim-browser"
    assert [attempt.loot.value for attempt in theft.attempts()] == [STOLEN]


def test_in_an_injection_the_attackers_browser_brings_them() -> None:
    theft = case(session_theft())

    assert theft.carrier == "attacker-browser"
    (attempt,) = theft.attempts()
    assert attempt.injection is not None


def test_in_a_forced_login_the_victims_browser_brings_the_attackers_own() -> None:
    forced = case(forced_session())

    assert forced.carrier == "victim-browser"
    assert forced.owner == "attacker-browser"
    assert [loot.value for loot in forced.captured()] == ["code#9"]


def test_who_brings_an_answer_does_not_look_who_is_signed_in() -> None:
    assert [look.id for look in case(session_theft()).looks()] == ["attack.before", "attack.look"]


@pytest.mark.parametrize("made", [stolen_refresh_token, refused_refresh_token])
def test_a_refresh_token_is_captured_where_it_was_shown(made: Make) -> None:
    log = made()
    assert [loot.kind for loot in case(log).captured()] == ["refresh_token"]

    change("attack.seen", content="nothing")(log)
    assert case(log).captured() == ()


def test_the_victim_is_who_the_honest_login_names() -> None:
    assert case(token_theft()).subject == "alice"


def test_a_code_is_brought_in_a_form_as_well_as_in_an_address() -> None:
    log = session_theft()
    for name, record in log.items():
        if isinstance(record, Exchange) and record.source == "attacker-browser":
            asked = record.request
            address, _, answer = asked.url.partition("?")
            form = HttpRequest("POST" if answer else asked.method, address, asked.headers, answer)
            log[name] = msgspec.structs.replace(record, request=form)

    by_form, usual = case(log), case(session_theft())

    assert [each.injection.id for each in by_form.attempts() if each.injection] == [
        each.injection.id for each in usual.attempts() if each.injection
    ]
    assert [look.id for look in by_form.looks()] == [look.id for look in usual.looks()]
