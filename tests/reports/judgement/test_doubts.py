"""One piece of evidence is spoilt at a time, and the cell must become inconclusive for that."""

import pytest
from msgspec.structs import replace

from reports.records import Deviation, Observation
from tests.reports.judgement.cases import (
    COMPLETE,
    REFUSALS,
    STOLEN,
    THEFTS,
    Make,
    Proof,
    Shape,
    issued,
    look,
    persistent_theft,
    refused,
    session_refusal,
    session_theft,
    token_refusal,
    token_theft,
    verdict,
)
from tests.reports.judgement.prepared import replayed_redirect
from tests.reports.judgement.spoil import (
    Spoil,
    add,
    answer,
    ask,
    change,
    declare,
    form,
    later,
    started_of,
)
from tests.reports.judgement.spoilt_attacks import (
    ATTACK,
    REFUSAL_ONLY,
    SESSION_ONLY,
    SESSION_REFUSAL_ONLY,
    SESSION_THEFT_ONLY,
    THEFT_ONLY,
    TOKEN_ONLY,
    TOKEN_REFUSAL_ONLY,
    TOKEN_THEFT_ONLY,
)
from tests.reports.judgement.spoilt_controls import CONTROLS

NOT_OF_A_REPLAY = {
    "presented by the thief",  # and so used up as well
    "injected after the redemption",
    "redeemed when the injection was over",
    "the client redeemed a second code",
    "the session showed somebody else already",  # and then the victim
}
SHAPE = Shape(Proof.TOKEN, "none", secret=False)

Shapes = tuple[Make, ...]


def _table() -> list[object]:
    tables: list[tuple[Shapes, dict[str, tuple[Spoil, str]]]] = [
        ((*THEFTS, *REFUSALS), CONTROLS),
        ((*THEFTS, *REFUSALS), ATTACK),
        ((token_theft, token_refusal), TOKEN_ONLY),
        ((session_theft, session_refusal), SESSION_ONLY),
        (THEFTS, THEFT_ONLY),
        ((token_theft,), TOKEN_THEFT_ONLY),
        ((session_theft,), SESSION_THEFT_ONLY),
        (REFUSALS, REFUSAL_ONLY),
        ((token_refusal,), TOKEN_REFUSAL_ONLY),
        ((session_refusal,), SESSION_REFUSAL_ONLY),
    ]
    return [
        pytest.param(shape, spoil, reason, id=f"{shape.__name__}: {name}")
        for shapes, table in tables
        for shape in shapes
        for name, (spoil, reason) in table.items()
    ]


@pytest.mark.parametrize(("shape", "spoil", "reason"), _table())
def test_one_spoilt_piece_makes_a_cell_inconclusive(shape: Make, spoil: Spoil, reason: str) -> None:
    log = shape()
    spoil(log)

    found = verdict(log)

    assert found.observed is Observation.INCONCLUSIVE, found.reason
    assert reason in found.reason
    assert found.settle, "an open cell says what would settle it"
    assert not found.decisive
    assert not found.evidence
    assert not found.notes


@pytest.mark.parametrize(
    "spoil",
    [
        spoil
        for table in (SESSION_ONLY, THEFT_ONLY, SESSION_THEFT_ONLY)
        for name, (spoil, _) in table.items()
        if name not in NOT_OF_A_REPLAY
    ],
)
def test_a_replay_that_is_spoilt_steals_nothing(spoil: Spoil) -> None:
    log = replayed_redirect()
    spoil(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE


@pytest.mark.parametrize("shape", COMPLETE)
def test_a_code_that_is_presented_by_get_is_presented(shape: Make) -> None:
    log = shape()
    ask("attack.token", method="GET")(log)

    assert verdict(log).observed is COMPLETE[shape]


@pytest.mark.parametrize(("status", "method"), [(404, "GET"), (405, "GET"), (405, "PUT")])
def test_a_server_that_knows_no_such_method_refuses_that_and_not_the_code(
    status: int, method: str
) -> None:
    log = token_refusal()
    ask("attack.token", method=method)(log)
    answer("attack.token", status, "Cannot GET /token")(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE
    declare(Deviation.METHOD)(log)
    assert verdict(log).observed is Observation.ATTACK_BLOCKED


def test_a_token_endpoint_that_is_not_there_refuses_nothing() -> None:
    log = token_refusal()
    answer("attack.token", 404, "Not Found")(log)
    declare(Deviation.METHOD)(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE


@pytest.mark.parametrize(
    ("status", "body", "observed"),
    [
        (401, '{"error": "invalid_client"}', Observation.INCONCLUSIVE),
        (401, "Unauthorized", Observation.INCONCLUSIVE),
        (403, '{"error": "CLIENT_NOT_FOUND"}', Observation.INCONCLUSIVE),
        (403, '{"error": "invalid_code"}', Observation.ATTACK_BLOCKED),
    ],
)
def test_who_is_no_client_at_all_cannot_be_refused_as_another_client(
    status: int, body: str, observed: Observation
) -> None:
    log = token_refusal()
    form("attack.token", client_id="nobody")(log)
    declare(Deviation.CLIENT_ID)(log)
    answer("attack.token", status, body)(log)

    assert verdict(log).observed is observed


@pytest.mark.parametrize("shape", COMPLETE)
def test_the_same_log_unspoilt_is_decided(shape: Make) -> None:
    assert verdict(shape()).observed is COMPLETE[shape]


@pytest.mark.parametrize("shape", REFUSALS)
def test_a_code_that_is_still_fresh_when_presented_counts(shape: Make) -> None:
    log = shape()
    later("attack.redirect", 25)(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED


@pytest.mark.parametrize("shape", COMPLETE)
def test_a_server_that_answers_invalid_grant_to_everybody_decides_nothing(
    shape: Make,
) -> None:
    log = shape()
    for name in [name for name in log if name.endswith((".token", ".again"))]:
        answer(name, 400, refused())(log)
    for name in [name for name in log if name.endswith((".userinfo", ".look"))]:
        del log[name]

    assert verdict(log).observed is Observation.INCONCLUSIVE


def test_a_failed_control_is_not_made_good_by_an_older_one() -> None:
    log = token_refusal()
    older = SHAPE.control("older", -8, "code#7")
    for name, record in older.items():
        add(name, record, "started")(log)
    change("older.start", group="group", kind="control")(log)
    answer("before.token", 400, refused())(log)

    assert verdict(log).observed is Observation.INCONCLUSIVE


@pytest.mark.parametrize("also", ["before", "after"])
def test_the_nearest_controls_count_wherever_they_stand_in_the_log(also: str) -> None:
    log = token_refusal()
    shape = Shape(Proof.TOKEN, "S256", secret=False)
    far = shape.control("far", -20 if also == "before" else 50, "code#7")
    answer("far.token", 400, refused())(far)
    place = "after.end" if also == "before" else "started"
    for name, record in reversed(far.items()):
        add(name, record, place)(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED


def test_a_theft_stays_a_theft_when_somebody_had_presented_the_code_before() -> None:
    log = token_theft()
    early = SHAPE.token("early", 13.2, "client", STOLEN, 400, refused())
    add("early", early, "attack.loot")(log)

    assert verdict(log).observed is Observation.ATTACK_SUCCEEDED


def test_a_theft_at_the_second_attempt_is_a_theft() -> None:
    found = verdict(persistent_theft())

    assert found.observed is Observation.ATTACK_SUCCEEDED
    assert found.evidence == ("attack.redirect", "attack.loot", "attack.again", "attack.look")


def test_the_token_that_showed_the_data_decides_among_several() -> None:
    log = token_theft()
    first = SHAPE.token("attack.first", 13.2, "thief", STOLEN, 200, issued("access_token#8"))
    add("attack.first", first, "attack.loot")(log)

    assert verdict(log).evidence[2] == "attack.token"


def test_a_look_that_is_of_no_interest_does_not_hide_the_one_that_counts() -> None:
    log = session_theft()
    add("attack.peek", look("attack.peek", 19.2, 401), "attack.inject")(log)

    assert verdict(log).decisive == "attack.look"


@pytest.mark.parametrize("shape", REFUSALS)
def test_a_code_that_somebody_presents_later_was_fresh_for_the_attack(shape: Make) -> None:
    log = shape()
    later_on = SHAPE.token("late", 24, "squatter", STOLEN, 400, refused())
    add("late", later_on, "started")(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED


@pytest.mark.parametrize(("secret", "words"), [("x", "was with a"), ("", "was without a")])
def test_a_doubt_about_the_secret_says_what_was_seen(secret: str, words: str) -> None:
    log = session_refusal() if not secret else token_refusal()
    form("before.token", client_secret=secret)(log)

    assert f"{words} client secret, unlike the posture" in verdict(log).reason


@pytest.mark.parametrize("shape", COMPLETE)
def test_what_a_posture_does_not_say_is_not_held_against_a_login(shape: Make) -> None:
    log = shape()
    (posture,) = started_of(log).postures
    change("started", postures=(replace(posture, switches={}),))(log)

    assert verdict(log).observed is COMPLETE[shape]
