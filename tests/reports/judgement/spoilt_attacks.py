"""What can be wrong with the evidence of an attack, and what the judge says then."""

from msgspec.structs import replace

from reports.records import Exchange, PlayStarted
from tests.reports.judgement.cases import (
    ALICE,
    IDP,
    STOLEN,
    Log,
    Proof,
    Shape,
    at,
    issued,
    refused,
    userinfo,
)
from tests.reports.judgement.spoil import (
    Spoil,
    add,
    answer,
    ask,
    change,
    drop,
    form,
    later,
    other_pkce,
    started_of,
    unanswered,
)

SHAPE = Shape(Proof.TOKEN, "none", secret=False)

ATTACK: dict[str, tuple[Spoil, str]] = {
    "it broke": (change("attack.end", error="boom\nat line 1"), "did not run to its end (boom)"),
    "it never ended": (drop("attack.end"), "no honest login after"),
    "it was never played": (drop("attack"), "never played"),
    "it was no attack": (change("attack.start", kind="control"), "never played"),
    "it is of another cell": (change("attack.start", cell="other"), "never played"),
    "it was recorded twice": (
        lambda log: _play_twice(log),
        "recorded more than once",
    ),
    "of a scenario that is not described": (
        change("started", scenarios=()),
        "does not describe this scenario",
    ),
    "in a posture that is not described": (
        change("started", postures=()),
        "does not describe this posture",
    ),
    "at a server that is not described": (
        lambda log: _forget_server(log),
        "does not describe this posture",
    ),
    "no loot": (drop("attack.loot"), "No code of the victim's was captured"),
    "no loot, but a server error": (
        lambda log: _break_server(log),
        "answered 502, and decided nothing by it",
    ),
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
    "answered by somebody else": (change("attack.token", destination="thief"), "never presented"),
    "presented by the victim": (change("attack.token", source="victim-browser"), "never presented"),
    "no answer": (unanswered("attack.token"), "was not answered (timed out)"),
    "a server error": (answer("attack.token", 503, refused()), "the answer was 503"),
    "a refusal with status 500": (answer("attack.token", 500, refused()), "the answer was 500"),
    "a refusal with status 201": (answer("attack.token", 201, refused()), "the answer was 201"),
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
        lambda log: ask("attack.issue", url=other_pkce(log))(log),
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
    "the look before met a broken client": (answer("attack.before", 500), "nothing shows"),
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
        "accepted code#2, but nothing shows",
    ),
}


def _skip_channel(log: Log) -> None:
    channels = (replace(started_of(log).channels[0], skipped="no IPv6"),)
    change("started", channels=channels)(log)


def _forget_server(log: Log) -> None:
    (posture,) = started_of(log).postures
    change("started", postures=(replace(posture, target=None),))(log)


def _play_twice(log: Log) -> None:
    start = log["attack.start"]
    assert isinstance(start, PlayStarted)
    add("again", replace(start, play="again"), "attack.start")(log)


def _at_the_same_moment(log: Log) -> None:
    used = log["attack.token"]
    assert isinstance(used, Exchange)
    early = SHAPE.token("early", 0, "squatter", STOLEN, 400, refused())
    add("early", replace(early, at=used.at), "after.end")(log)


def _break_server(log: Log) -> None:
    answer("attack.issue", 502)(log)
    drop("attack.redirect", "attack.loot")(log)
