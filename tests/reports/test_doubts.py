"""One piece of evidence is spoilt at a time, and the cell must become inconclusive for that."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from reports.records import Exchange, Observation, PlayStarted, Started
from tests.reports.cases import (
    ALICE,
    COMPLETE,
    IDP,
    REFUSALS,
    STOLEN,
    THEFTS,
    Log,
    Proof,
    Shape,
    Spoil,
    add,
    answer,
    ask,
    at,
    both,
    change,
    drop,
    form,
    issued,
    later,
    look,
    persistent_theft,
    refused,
    session_refusal,
    session_theft,
    token_refusal,
    token_theft,
    unanswered,
    userinfo,
    verdict,
)

SHAPE = Shape(Proof.TOKEN, "none", secret=False)

CONTROLS: dict[str, tuple[Spoil, str]] = {
    "none before": (drop("before"), "no honest login before"),
    "none after": (drop("after"), "no honest login after"),
    "no end before": (drop("before.end"), "no honest login before"),
    "no end after": (drop("after.end"), "after the attack failed: it never ended"),
    "broke before": (change("before.end", error="boom"), "before the attack failed: boom"),
    "broke after": (change("after.end", error="boom\nat line 1"), "after the attack failed: boom."),
    "another group before": (change("before.start", group="other"), "no honest login before"),
    "another group after": (change("after.start", group="other"), "no honest login after"),
    "an attack in place of it": (change("before.start", kind="attack"), "no honest login before"),
    "overlap before": (change("before.end", at=at(10.5)), "no honest login before"),
    "overlap after": (change("after.start", at=at(24.5)), "no honest login after"),
    "ended twice": (
        lambda log: add("before.end2", log["before.end"], "before.end")(log),
        "no honest login before",
    ),
    "never redeemed": (drop("before.token"), "never redeemed a code"),
    "redeemed by somebody else": (change("before.token", source="thief"), "never redeemed"),
    "redeemed elsewhere": (ask("before.token", url=f"{IDP}/other"), "never redeemed a code"),
    "refused before": (answer("before.token", 400, refused()), "got no token: invalid_grant"),
    "refused after": (answer("after.token", 400, refused()), "got no token: invalid_grant"),
    "no answer": (unanswered("after.token"), "got no token: it was not answered (timed out)"),
    "a code of another login": (form("before.token", code="code#9"), "was of another login"),
    "a code that nobody saw issued": (drop("after.issue"), "was of another login"),
    "a code issued to the thief": (change("before.issue", source="thief"), "of another login"),
    "a code from elsewhere": (change("before.issue", destination="client"), "of another login"),
    "redeemed before it was issued": (change("before.issue", at=at(2.1)), "of another login"),
    "no userinfo": (drop("before.userinfo"), "userinfo did not say who"),
    "userinfo refused": (answer("after.userinfo", 401, ALICE), "userinfo did not say who"),
    "userinfo without sub": (answer("before.userinfo", 200, "{}"), "userinfo did not say who"),
    "userinfo with sub null": (
        both(
            answer("before.userinfo", 200, '{"sub":null}'),
            answer("after.userinfo", 200, '{"sub":null}'),
        ),
        "userinfo did not say who",
    ),
    "userinfo by another token": (
        ask("before.userinfo", headers=(("Authorization", "Bearer access_token#9"),)),
        "userinfo did not say who",
    ),
    "another user": (answer("after.userinfo", 200, '{"sub":"bob"}'), "different users"),
    "PKCE unlike the posture": (
        lambda log: ask("before.issue", url=_other_pkce(log))(log),
        "unlike the posture",
    ),
    "PKCE unlike the posture after": (
        lambda log: ask("after.issue", url=_other_pkce(log))(log),
        "after the attack used PKCE",
    ),
    "a secret unlike the posture": (
        lambda log: _swap_secret(log),
        "a client secret, unlike the posture",
    ),
}

ATTACK: dict[str, tuple[Spoil, str]] = {
    "it broke": (change("attack.end", error="boom\nat line 1"), "did not run to its end (boom)"),
    "it never ended": (drop("attack.end"), "no honest login after"),
    "it was never played": (drop("attack"), "never played"),
    "it is of another cell": (change("attack.start", cell="other"), "never played"),
    "it was recorded twice": (
        lambda log: _play_twice(log),
        "recorded more than once",
    ),
    "no loot": (drop("attack.loot"), "No code of the victim's was captured"),
    "loot of another kind": (change("attack.loot", kind="state"), "was captured"),
    "loot seen nowhere": (change("attack.loot", seen_in="e99"), "was captured"),
    "loot that its source does not show": (
        ask("attack.redirect", url="http://app.contoso.test/cb"),
        "was captured",
    ),
    "loot that shares a prefix with what was shown": (
        ask("attack.redirect", url=f"http://app.contoso.test/cb?code={STOLEN}2"),
        "was captured",
    ),
    "loot that shares a suffix with what was shown": (
        ask("attack.redirect", url=f"http://app.contoso.test/cb?x=device_{STOLEN}"),
        "was captured",
    ),
    "loot read where the thief was not": (
        change("attack.redirect", destination="client"),
        "was captured",
    ),
    "loot before it was shown": (change("attack.redirect", at=at(13.5)), "was captured"),
    "loot without a value": (change("attack.loot", value=""), "was captured"),
    "a code nobody issued": (drop("attack.issue"), "was captured"),
    "a code of the thief's own login": (
        change("attack.issue", source="attacker-browser"),
        "was captured",
    ),
    "a code issued after it was captured": (change("attack.issue", at=at(13.5)), "was captured"),
    "a code that did not come from the provider": (
        change("attack.issue", destination="client"),
        "was captured",
    ),
    "never presented": (drop("attack.token"), "never presented"),
    "another code presented": (form("attack.token", code="code#9"), "never presented"),
    "another grant": (form("attack.token", grant_type="refresh_token"), "never presented"),
    "presented before it was captured": (change("attack.loot", at=at(16.5)), "never presented"),
    "presented elsewhere": (ask("attack.token", url=f"{IDP}/other"), "never presented"),
    "presented to the wrong host": (
        ask("attack.token", url="https://evil.test/token"),
        "never presented",
    ),
    "not posted": (ask("attack.token", method="GET"), "never presented"),
    "answered by somebody else": (change("attack.token", destination="thief"), "never presented"),
    "presented by the victim": (change("attack.token", source="victim-browser"), "never presented"),
    "no answer": (unanswered("attack.token"), "was not answered (timed out)"),
    "a server error": (answer("attack.token", 503, refused()), "the answer was 503"),
    "a refusal with status 500": (answer("attack.token", 500, refused()), "the answer was 500"),
    "a refusal with status 200": (answer("attack.token", 200, refused()), "the answer was 200"),
    "a refusal with status 302": (answer("attack.token", 302, refused()), "the answer was 302"),
    "too many requests": (answer("attack.token", 429, refused()), "the answer was 429"),
    "a request time-out": (answer("attack.token", 408, refused()), "the answer was 408"),
    "too early": (answer("attack.token", 425, refused()), "the answer was 425"),
    "200 without token": (answer("attack.token", 200, "{}"), "the answer was 200"),
    "200 with an empty token": (answer("attack.token", 200, issued("")), "the answer was 200"),
    "200 with a token that is no text": (
        answer("attack.token", 200, '{"access_token":{"a":1}}'),
        "the answer was 200",
    ),
    "a token with status 400": (
        answer("attack.token", 400, issued("access_token#2")),
        "the answer was 400",
    ),
    "400 without OAuth error": (answer("attack.token", 400, '{"error":"nope"}'), "was 400"),
    "400 with an error that is a list": (
        answer("attack.token", 400, '{"error":["invalid_grant"]}'),
        "the answer was 400",
    ),
    "an HTML page": (answer("attack.token", 403, "<h1>invalid_grant</h1>"), "was 403"),
    "JSON that is no object": (answer("attack.token", 400, '["invalid_grant"]'), "was 400"),
    "an empty answer": (answer("attack.token", 400), "the answer was 400"),
    "bottomless JSON": (answer("attack.token", 400, "[" * 200_000), "the answer was 400"),
    "a login with another challenge": (
        lambda log: ask("attack.issue", url=_other_pkce(log))(log),
        "the attacked login used PKCE",
    ),
    "a skipped channel": (lambda log: _skip_channel(log), "skipped: no IPv6"),
}

TOKEN_ONLY: dict[str, tuple[Spoil, str]] = {
    "presented by the honest client": (change("attack.token", source="client"), "never presented"),
}

SESSION_ONLY: dict[str, tuple[Spoil, str]] = {
    "presented by the thief": (change("attack.token", source="thief"), "never presented"),
    "never injected": (drop("attack.inject"), "never presented"),
    "injected by the victim": (change("attack.inject", source="victim-browser"), "never presented"),
    "injected elsewhere": (change("attack.inject", destination="thief"), "never presented"),
    "another code injected": (
        ask("attack.inject", url="http://app.contoso.test/cb?code=code#9"),
        "never presented",
    ),
    "injected after the redemption": (change("attack.inject", at=at(16.5)), "never presented"),
    "injected before it was captured": (change("attack.inject", at=at(12.5)), "never presented"),
    "redeemed when the injection was over": (change("attack.inject", seconds=0.5), "never"),
    "the client redeemed a second code": (
        add(
            "attack.other",
            SHAPE.token("attack.other", 18, "client", "code#9", 200, issued("access_token#9")),
            "attack.token",
        ),
        "more than one code",
    ),
    "the session showed the victim already": (
        answer("attack.before", 200, ALICE),
        "showed somebody before",
    ),
    "the session showed somebody else already": (
        answer("attack.before", 200, '{"sub":"bob"}'),
        "showed somebody before",
    ),
}

THEFT_ONLY: dict[str, tuple[Spoil, str]] = {
    "nobody looked": (drop("attack.look"), "nothing shows the data of alice"),
    "somebody else looked": (change("attack.look", source="victim-browser"), "nothing shows"),
    "the look was answered elsewhere": (
        change("attack.look", destination="thief"),
        "nothing shows",
    ),
    "401": (answer("attack.look", 401, ALICE), "nothing shows the data of alice"),
    "403": (answer("attack.look", 403, ALICE), "nothing shows the data of alice"),
    "no answer to the look": (unanswered("attack.look"), "nothing shows the data of alice"),
    "another subject": (answer("attack.look", 200, '{"sub":"mallory"}'), "nothing shows"),
    "no subject": (answer("attack.look", 200, "{}"), "nothing shows the data of alice"),
    "a page that names her": (answer("attack.look", 200, "<p>sub: alice</p>"), "nothing shows"),
}

TOKEN_THEFT_ONLY: dict[str, tuple[Spoil, str]] = {
    "the look came before the code was captured": (
        change("attack.look", at=at(12.2)),
        "nothing shows",
    ),
    "the look began before the answer was there": (
        change("attack.look", at=at(14.3)),
        "nothing shows",
    ),
    "another token": (
        ask("attack.look", headers=(("Authorization", "Bearer access_token#1"),)),
        "nothing shows",
    ),
    "another scheme": (
        ask("attack.look", headers=(("Authorization", "Basic access_token#2"),)),
        "nothing shows",
    ),
    "no token": (ask("attack.look", headers=()), "nothing shows"),
    "another resource": (ask("attack.look", url=f"{IDP}/me"), "nothing shows"),
    "another token issued for the code": (
        answer("attack.token", 200, issued("access_token#7")),
        "nothing shows",
    ),
}

SESSION_THEFT_ONLY: dict[str, tuple[Spoil, str]] = {
    "no look before the injection": (drop("attack.before"), "nothing shows"),
    "a look elsewhere before the injection": (
        ask("attack.before", url="http://app.contoso.test/other/me"),
        "nothing shows",
    ),
    "the look before was not answered": (unanswered("attack.before"), "nothing shows"),
    "the look before met a broken client": (answer("attack.before", 502), "nothing shows"),
    "the look before was not over": (change("attack.before", seconds=1.5), "nothing shows"),
    "the look before was a look elsewhere": (
        change("attack.before", destination="identity-provider"),
        "nothing shows",
    ),
    "the look began during the injection": (change("attack.look", at=at(18)), "nothing shows"),
}

REFUSAL_ONLY: dict[str, tuple[Spoil, str]] = {
    "another client_id": (form("attack.token", client_id="other"), "another client_id"),
    "no client_id": (form("attack.token", client_id=""), "another client_id"),
    "another redirect_uri": (
        form("attack.token", redirect_uri="http://localhost/other"),
        "another redirect_uri",
    ),
    "presented before by the honest client": (
        add(
            "early",
            SHAPE.token("early", 13.2, "client", STOLEN, 200, issued("access_token#8")),
            "after.end",
        ),
        "client had presented it before",
    ),
    "presented at the same moment by somebody": (
        lambda log: _at_the_same_moment(log),
        "squatter had presented it before",
    ),
    "too old": (lambda log: later("attack.redirect", 31)(log), "s old by then"),
}

SESSION_REFUSAL_ONLY: dict[str, tuple[Spoil, str]] = {
    "the session shows the victim all the same": (
        answer("attack.look", 200, ALICE),
        "saw the data of alice all the same",
    ),
    "the client left its secret out": (
        form("attack.token", client_secret=""),
        "authenticated itself in another way",
    ),
}

TOKEN_REFUSAL_ONLY: dict[str, tuple[Spoil, str]] = {
    "userinfo shows the victim all the same": (
        add(
            "attack.look",
            userinfo("attack.look", 16, "thief", "access_token#9"),
            "attack.token",
        ),
        "saw the data of alice all the same",
    ),
    "a second attempt was not answered": (
        add(
            "attack.again",
            SHAPE.token("attack.again", 16, "thief", STOLEN, 503, ""),
            "attack.token",
        ),
        "the answer was 503",
    ),
    "a second attempt was accepted, and nobody looked": (
        add(
            "attack.again",
            SHAPE.token("attack.again", 16, "thief", STOLEN, 200, issued("access_token#9")),
            "attack.token",
        ),
        "was redeemed, but nothing shows",
    ),
}

Shapes = tuple[Callable[[], Log], ...]


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
def test_one_spoilt_piece_makes_a_cell_inconclusive(
    shape: Callable[[], Log], spoil: Spoil, reason: str
) -> None:
    log = shape()
    spoil(log)

    found = verdict(log)

    assert found.observed is Observation.INCONCLUSIVE, found.reason
    assert reason in found.reason
    assert found.settle, "an open cell says what would settle it"
    assert not found.decisive
    assert not found.evidence


@pytest.mark.parametrize("shape", COMPLETE)
def test_the_same_log_unspoilt_is_decided(shape: Callable[[], Log]) -> None:
    assert verdict(shape()).observed is COMPLETE[shape]


@pytest.mark.parametrize("shape", REFUSALS)
def test_a_code_that_is_still_fresh_when_presented_counts(shape: Callable[[], Log]) -> None:
    log = shape()
    later("attack.redirect", 25)(log)

    assert verdict(log).observed is Observation.ATTACK_BLOCKED


@pytest.mark.parametrize("shape", COMPLETE)
def test_a_server_that_answers_invalid_grant_to_everybody_decides_nothing(
    shape: Callable[[], Log],
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


def _started(log: Log) -> Started:
    started = log["started"]
    assert isinstance(started, Started)
    return started


def _other_pkce(log: Log) -> str:
    """An authorization request with another method than that of the posture."""
    other = "plain" if _started(log).postures[0].switches["PKCE"] != "plain" else "S256"
    return f"{IDP}/authorize?client_id=contoso&code_challenge=c&code_challenge_method={other}"


def _swap_secret(log: Log) -> None:
    """The control before does with a secret what the posture does without, or the reverse."""
    confidential = _started(log).postures[0].switches["client secret"] != "none"
    form("before.token", client_secret="" if confidential else "client_secret#1")(log)


def _skip_channel(log: Log) -> None:
    channels = (replace(_started(log).channels[0], skipped="no IPv6"),)
    change("started", channels=channels)(log)


def _play_twice(log: Log) -> None:
    start = log["attack.start"]
    assert isinstance(start, PlayStarted)
    add("again", replace(start, play="again"), "attack.start")(log)


def _at_the_same_moment(log: Log) -> None:
    used = log["attack.token"]
    assert isinstance(used, Exchange)
    early = SHAPE.token("early", 0, "squatter", STOLEN, 400, refused())
    add("early", replace(early, at=used.at), "after.end")(log)
