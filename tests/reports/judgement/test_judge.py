from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reports.judgement.judge import judge
from reports.judgement.verdicts import Gate
from reports.records import Deviation, Finished, Observation, Record, Started
from reports.runlog import RunLog, read_log
from tests.reports.judgement.cases import (
    COMPLETE,
    REFUSALS,
    STOLEN,
    THEFTS,
    Log,
    Make,
    at,
    judgement,
    refused,
    session_theft,
    stored,
    token_refusal,
    token_theft,
    verdict,
)
from tests.reports.judgement.spoil import (
    add,
    answer,
    change,
    declare,
    drop,
    form,
    started_of,
)

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN, NONE = Observation.INCONCLUSIVE, Observation.NOT_APPLICABLE


class AsIs:
    """There is no secret in these logs."""

    def redact(self, text: str) -> str:
        return text


def plan(log: Log, **fields: object) -> None:
    """Change the planned cell."""
    started = log["started"]
    assert isinstance(started, Started)
    change("started", plan=(replace(started.plan[0], **fields),))(log)


def test_a_token_theft_names_the_exchanges_that_prove_it() -> None:
    found = verdict(token_theft())

    assert found.observed is WON
    assert found.reason == f"The thief redeemed {STOLEN}, and userinfo showed it the data of alice."
    assert found.evidence == ("attack.redirect", "attack.loot", "attack.token", "attack.look")
    assert (found.decisive, found.clause) == ("attack.look", "RFC9700#4.5")
    assert (found.play, found.seconds, found.notes, found.settle) == ("attack", 15.0, (), "")


def test_a_session_theft_is_proved_by_the_session() -> None:
    found = verdict(session_theft())

    assert found.observed is WON
    assert found.reason == (
        f"The client redeemed {STOLEN}, and the attacker's session showed the data of alice."
    )
    assert found.decisive == "attack.look"


@pytest.mark.parametrize("shape", REFUSALS)
def test_a_refusal_rests_on_the_token_endpoints_answer(shape: Make) -> None:
    found = verdict(shape())

    assert found.observed is REFUSED
    assert found.reason == (
        f"The server refused {STOLEN} with invalid_grant; the honest login worked before and after."
    )
    assert found.evidence == ("attack.redirect", "attack.loot", "attack.token")
    assert (found.decisive, found.clause) == ("attack.token", "RFC7636#4.6")


def test_without_pkce_a_refusal_does_not_rest_on_pkce() -> None:
    log = token_theft()
    drop("attack.look")(log)
    answer("attack.token", 400, refused())(log)

    assert verdict(log).clause == "RFC6749#5.2"


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "invalid_dpop_proof"])
def test_fitting_errors_are_not_flagged(error: str, status: int) -> None:
    log = token_refusal()
    answer("attack.token", status, refused(error))(log)

    assert verdict(log).observed is REFUSED
    assert not any("wrong reason" in note for note in verdict(log).notes)


@pytest.mark.parametrize("shape", REFUSALS)
@pytest.mark.parametrize(
    "error", ["invalid_client", "invalid_scope", "unauthorized_client", "unsupported_grant_type"]
)
def test_odd_errors_are_flagged(error: str, shape: Make) -> None:
    log = shape()
    answer("attack.token", 400, refused(error))(log)

    assert verdict(log).observed is REFUSED
    assert f"refused, wrong reason: {error}" in verdict(log).notes


def _confidential_refusal(error: str) -> Log:
    log = token_refusal()
    started = log["started"]
    assert isinstance(started, Started)
    switches = {"PKCE": "S256", "client secret": "sent"}
    change("started", postures=(replace(started.postures[0], switches=switches),))(log)
    for play in ("before", "after"):
        form(f"{play}.token", client_secret="client_secret#1")(log)
    answer("attack.token", 401, refused(error))(log)
    return log


def test_a_block_by_the_secret_is_not_credited_to_pkce() -> None:
    found = verdict(_confidential_refusal("invalid_client"))

    assert found.observed is REFUSED
    assert "blocked by the client secret, not by PKCE" in found.notes
    assert not any("wrong reason" in note for note in found.notes)
    assert "for want of the client secret" in found.reason
    assert found.clause == "RFC6749#3.2.1"


def test_a_block_by_the_grant_is_not_credited_to_the_secret() -> None:
    found = verdict(_confidential_refusal("invalid_grant"))

    assert found.observed is REFUSED
    assert "blocked by the client secret, not by PKCE" not in found.notes
    assert "for want of" not in found.reason
    assert found.clause == "RFC7636#4.6"


def test_a_secret_that_is_wrong_is_no_want_of_one() -> None:
    log = _confidential_refusal("invalid_client")
    form("attack.token", client_secret="guess")(log)

    assert "another client secret than the honest client" in verdict(log).reason


def test_a_secret_that_is_wrong_on_purpose_is_refused_for_the_right_reason() -> None:
    log = _confidential_refusal("invalid_client")
    form("attack.token", client_secret="guess")(log)
    declare(Deviation.SECRET)(log)
    found = verdict(log)

    assert found.observed is REFUSED
    assert found.notes == (UNPROVEN,)
    assert found.clause == "RFC6749#3.2.1"
    assert "for want of" not in found.reason


def test_a_cell_that_makes_no_sense_is_not_applicable() -> None:
    log = token_theft()
    plan(log, expected=NONE, why="there is no verifier")
    drop("attack")(log)

    found = verdict(log)

    assert (found.observed, found.gate) == (NONE, Gate.MET)
    assert found.reason == "there is no verifier"


def test_what_was_played_is_judged_even_where_it_made_no_sense() -> None:
    log = token_theft()
    plan(log, expected=NONE)

    assert (verdict(log).observed, verdict(log).gate) == (WON, Gate.VIOLATED)


@pytest.mark.parametrize(
    ("expected", "shape", "gate"),
    [
        (WON, token_theft, Gate.MET),
        (WON, token_refusal, Gate.VIOLATED),
        (REFUSED, token_theft, Gate.VIOLATED),
        (REFUSED, token_refusal, Gate.MET),
    ],
)
def test_the_gate_compares_with_what_the_plan_expected(
    expected: Observation, shape: Make, gate: Gate
) -> None:
    log = shape()
    plan(log, expected=expected)

    assert verdict(log).gate is gate


@pytest.mark.parametrize("expected", [WON, REFUSED, OPEN])
def test_an_open_cell_is_undecided_whatever_was_expected(expected: Observation) -> None:
    log = token_theft()
    plan(log, expected=expected)
    drop("before")(log)

    assert verdict(log).gate is Gate.UNDECIDED


def _two_cells(other: Log, channel: str) -> Log:
    """A refusal and another log's attack, in one run: same scenario, another posture."""
    log = token_refusal()
    started = log["started"]
    assert isinstance(started, Started)
    second = replace(started.plan[0], id="second", posture="other", channel=channel)
    posture = replace(started_of(other).postures[0], id="other")
    both = replace(started, plan=(*started.plan, second), postures=(*started.postures, posture))
    merged: Log = {"started": both}
    merged |= {name: record for name, record in log.items() if name not in {"started", "finished"}}
    for name, record in other.items():
        play = getattr(record, "play", "")
        if play:
            fields: dict[str, object] = {"play": f"other-{play}"}
            if hasattr(record, "group"):
                fields |= {"group": "other", "cell": "second" if play == "attack" else ""}
            merged[f"other-{name}"] = replace(record, **fields)
    return merged | {"finished": log["finished"]}


UNPROVEN = "unproven: over this channel, this attack succeeded nowhere in this run"


def test_a_block_is_unproven_while_the_same_attack_won_nowhere() -> None:
    assert verdict(token_refusal()).notes == (UNPROVEN,)


def test_a_block_is_proven_by_a_theft_over_the_same_channel() -> None:
    blocked, won = judgement(_two_cells(_renamed(token_theft()), "plaintext")).verdicts

    assert (blocked.observed, won.observed) == (REFUSED, WON), won.reason
    assert blocked.notes == ()


def test_a_theft_over_another_channel_proves_nothing_about_this_one() -> None:
    blocked, won = judgement(_two_cells(_renamed(token_theft()), "loopback")).verdicts

    assert (blocked.observed, won.observed) == (REFUSED, WON), won.reason
    assert blocked.notes == (UNPROVEN,)


def _renamed(log: Log) -> Log:
    """The same log with another code for the attack, so that it can share a run."""
    text = msgspec.json.encode(list(log.values())).replace(b"code#2", b"code#8")
    records = msgspec.json.decode(text.replace(b"code%232", b"code%238"), type=list[Record])
    return dict(zip(log, records, strict=True))


@pytest.mark.parametrize("shape", COMPLETE)
@pytest.mark.parametrize("outcome", ["interrupted", "failed", ""])
def test_a_run_that_did_not_complete_is_never_all_right(shape: Make, outcome: str) -> None:
    log = shape()
    plan(log, expected=COMPLETE[shape])
    assert judgement(log).exit_code == 0
    if outcome:
        change("finished", outcome=outcome)(log)
    else:
        drop("finished")(log)

    found = judgement(log)

    assert (found.complete, found.exit_code) == (False, 3)


@settings(deadline=None)  # a busy machine is no flaw
@given(shape=st.sampled_from(list(COMPLETE)), data=st.data())
def test_the_order_of_records_in_the_log_does_not_matter(shape: Make, data: st.DataObject) -> None:
    log = shape()
    first, *middle, last = list(log)
    shuffled = [first, *data.draw(st.permutations(middle)), last]

    assert judgement({name: log[name] for name in shuffled}) == judgement(log)


@pytest.mark.parametrize("shape", COMPLETE)
def test_a_stored_log_is_judged_the_same_byte_for_byte(shape: Make, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunLog(path, AsIs()) as log:
        for record in shape().values():
            log.append(record)

    once = msgspec.json.encode(judge(read_log(path)))

    assert msgspec.json.encode(judge(read_log(path))) == once
    assert msgspec.json.encode(judge(stored(shape()))) == once


@pytest.mark.parametrize("shape", THEFTS)
def test_a_log_cut_short_anywhere_is_open_or_the_same(shape: Make) -> None:
    names = list(shape())
    for length in range(1, len(names)):
        log = {name: record for name, record in shape().items() if name in names[:length]}
        whole = "after.userinfo" in log and "after.end" in log
        assert not isinstance(list(log.values())[-1], Finished)
        assert verdict(log).observed is (WON if whole else OPEN)


@pytest.mark.parametrize("shape", COMPLETE)
def test_a_posture_of_an_unknown_server_keeps_no_other_from_being_judged(shape: Make) -> None:
    log = shape()
    (known,) = started_of(log).postures
    unknown = replace(known, id="unknown", target=None)
    change("started", postures=(known, unknown))(log)

    assert verdict(log).observed is COMPLETE[shape]


def test_a_cell_that_was_recorded_twice_is_told_by_the_first_record() -> None:
    log = token_theft()
    start, end = log["attack.start"], log["attack.end"]
    add("again.start", replace(start, play="again", at=at(26)), "attack.end")(log)
    add("again.end", replace(end, play="again", at=at(27), seconds=1.0), "again.start")(log)

    assert (verdict(log).play, verdict(log).seconds) == ("attack", 15.0)
