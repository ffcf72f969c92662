"""Every rule of the judge, by the smallest log that it decides, and what of that log it needs.

Each record is taken away, and each of the attack is moved to where that begins, and to where it
ends. No verdict survives that, but for the records named here: what is told to the reader only, and
what may as well have happened earlier or later.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reports.records import Exchange, Handover, Loot, Observation
from tests.reports.judgement import cases, kinds, prepared
from tests.reports.judgement.cases import Log, Make, at, verdict

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN = Observation.INCONCLUSIVE
OPPOSITE = {WON: REFUSED, REFUSED: WON}


class Rule(NamedTuple):
    """A log, what it shows and by what, and which of its records may be spoilt."""

    log: Make
    shows: Observation
    evidence: str
    spare: set[str]
    early: set[str]
    late: set[str]


def rule(log: Make, shows: Observation, evidence: str, others: str) -> Rule:
    """``others`` are the records that are spare | may be early | may be late.

    The decisive record of the evidence ends in !. What is spare can be at any time, of course.
    """
    spare, early, late = (
        {f"attack.{name}" for name in names.split()} for names in others.split("|")
    )
    return Rule(log, shows, evidence, spare, spare | early, spare | late)


def forbidden_frame() -> Log:
    return kinds.refused_frame(("x-frame-options", "DENY"))


def unburnt_code() -> Log:
    return kinds.burnt_code(200, cases.issued("access_token#7"))


RULES = [
    rule(cases.token_theft, WON, "redirect loot token look!", "| issue redirect | look"),
    rule(cases.persistent_theft, WON, "redirect loot again look!", "token | issue redirect | look"),
    rule(kinds.stolen_token, WON, "seen held look!", "| seen | look"),
    rule(prepared.stolen_refresh_token, WON, "seen loot token look!", "| seen | look"),
    # With the token request before, these two are replays.
    rule(
        cases.session_theft,
        WON,
        "redirect loot token look!",
        "userinfo | issue redirect before token | look",
    ),
    rule(kinds.forced_session, WON, "own loot token look!", "| own before token | look"),
    rule(
        prepared.replayed_redirect,
        WON,
        "redirect loot inject look!",
        "userinfo | issue redirect token before | look",
    ),
    rule(prepared.prepared_session, WON, "own loot link look!", "hers | own before | look"),
    rule(prepared.forced_sign_in, WON, "own loot sent look!", "| own before | look"),
    rule(prepared.told_password, WON, "visit loot used look!", "sign-in | visit before | look"),
    rule(kinds.burnt_code, WON, "redirect loot token honest!", "| issue redirect | honest"),
    rule(cases.token_refusal, REFUSED, "redirect loot token!", "| issue redirect | token"),
    rule(cases.session_refusal, REFUSED, "redirect loot token!", "before look | issue redirect |"),
    rule(prepared.refused_refresh_token, REFUSED, "seen loot token!", "| seen | token"),
    rule(prepared.reused_refresh_token, REFUSED, "seen loot again!", "| seen | again"),
    rule(kinds.refused_request, REFUSED, "request asked!", "| request | asked"),
    rule(unburnt_code, REFUSED, "redirect loot token honest!", "| issue redirect | honest"),
    rule(kinds.dead_token, REFUSED, "redirect loot token look!", "held | issue redirect | look"),
    rule(
        kinds.turned_down, REFUSED, "redirect loot inject! look", "| issue redirect before | look"
    ),
    rule(kinds.silent_channel, REFUSED, "issue badge! sign", "| issue | sign"),
    rule(prepared.own_session, REFUSED, "own loot link hers look!", "| own before | look"),
    rule(prepared.refused_form, REFUSED, "own loot sent! look", "| own before | look"),
    rule(forbidden_frame, REFUSED, "request asked! visit click", "| request | click"),
    rule(prepared.forgotten_password, REFUSED, "sign-in visit!", "| sign-in | visit"),
    rule(prepared.unasked_server, REFUSED, "loot asked answer!", "| loot | answer"),
]
every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.log.__name__ for rule in RULES])


@every_rule
def test_a_complete_log_decides_and_names_its_evidence_in_order(rule: Rule) -> None:
    log = rule.log()
    found = verdict(log)
    names = [f"{name}!" if name == found.decisive else name for name in found.evidence]
    times = [getattr(log[name], "at", "") for name in found.evidence]

    assert found.observed is rule.shows, found.reason
    assert " ".join(name.removeprefix("attack.") for name in names) == rule.evidence
    assert times == sorted(times)
    assert found.clause


@every_rule
def test_no_verdict_stands_without_any_record_that_it_rests_on(rule: Rule) -> None:
    names = [name for name in rule.log() if name not in {"started", "finished"}]

    assert _unharmed(rule, names, lambda log, name: log.pop(name)) == rule.spare


@every_rule
def test_no_verdict_stands_where_a_cause_came_too_late(rule: Rule) -> None:
    assert _unharmed(rule, _of_attack(rule.log()), _moved_to(24.99)) == rule.late


@every_rule
def test_no_verdict_stands_where_an_effect_came_too_early(rule: Rule) -> None:
    assert _unharmed(rule, _of_attack(rule.log()), _moved_to(10.01)) == rule.early


def _of_attack(log: Log) -> list[str]:
    return [
        name
        for name, record in log.items()
        if isinstance(record, Exchange | Handover | Loot) and record.play == "attack"
    ]


def _moved_to(when: float) -> Callable[[Log, str], None]:
    def move(log: Log, name: str) -> None:
        log[name] = replace(log[name], at=at(when))

    return move


def _unharmed(rule: Rule, names: list[str], spoil: Callable[[Log, str], object]) -> set[str]:
    """What can be spoilt, and the verdict stays; it must never be the opposite one."""
    spare = set()
    for name in names:
        log = rule.log()
        spoil(log, name)
        found = verdict(log).observed
        assert found is not OPPOSITE[rule.shows], name
        if found is rule.shows:
            spare.add(name)
    return spare


@every_rule
@pytest.mark.parametrize("inside", [0.0, 1.0], ids=["at once", "at last"])
def test_each_thing_may_begin_in_the_moment_in_which_the_last_has_ended(
    rule: Rule, inside: float
) -> None:
    log, now, asked = rule.log(), 11.0, None
    for name in sorted(_of_attack(log), key=lambda name: getattr(log[name], "at", "")):
        record = log[name]
        if isinstance(record, Handover | Loot):
            log[name] = replace(record, at=at(now))
        elif isinstance(record, Exchange) and record.source == "client" and asked is not None:
            log[name] = replace(record, at=at(asked + inside), seconds=0.0)
        elif isinstance(record, Exchange):
            log[name] = replace(record, at=at(now), seconds=1.0)
            asked, now = now if record.destination == "client" else None, now + 1

    assert verdict(log).observed is rule.shows, verdict(log).reason


@settings(deadline=None)  # a busy machine is no flaw
@given(rule=st.sampled_from(RULES), data=st.data())
def test_no_records_less_turn_a_verdict_into_its_opposite(rule: Rule, data: st.DataObject) -> None:
    log = rule.log()
    names = st.sampled_from([name for name in log if name != "started"])
    for name in data.draw(st.sets(names, max_size=6)):
        del log[name]

    if rule.log is not cases.persistent_theft:  # whose first attempt alone was refused
        assert verdict(log).observed is not OPPOSITE[rule.shows]
