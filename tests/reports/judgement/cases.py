"""The smallest complete logs that the judge decides.

A log is a dictionary from a name (``before.token``, ``attack.loot``, ...) to a record, so that a
test can say in one line what it takes away. Every shape has one cell, between two honest logins.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from reports.judgement.judge import judge
from reports.judgement.verdicts import Judgement, Verdict
from reports.records import (
    SCHEMA_VERSION,
    ChannelInfo,
    Exchange,
    Finished,
    HttpRequest,
    HttpResponse,
    Loot,
    Observation,
    PlannedCell,
    PlayFinished,
    PlayStarted,
    PostureInfo,
    Proof,
    Record,
    ScenarioInfo,
    Started,
    Target,
)
from reports.runlog import StoredRun

IDP = "https://login.idp.test"
TARGET = Target(
    name="embedded identity provider",
    issuer=IDP,
    authorization_endpoint=f"{IDP}/authorize",
    token_endpoint=f"{IDP}/token",
    userinfo_endpoint=f"{IDP}/userinfo",
    victim="alice",
    pushed_request_endpoint=f"{IDP}/par",
)
REDIRECT_URI = "http://app.contoso.test/cb"
STOLEN = "code#2"
CELL = "attack/plaintext/posture"
ALICE = '{"sub":"alice"}'

Log = dict[str, Record]
Make = Callable[[], Log]


def at(seconds: float) -> str:
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="microseconds")


def exchange(
    name: str,
    when: float,
    parties: str,
    request: HttpRequest,
    status: int,
    body: str = "",
    *,
    location: str = "",
    seconds: float = 0.5,
) -> Exchange:
    """An exchange; ``parties`` reads like "thief > identity-provider", the play is in its name."""
    source, destination = parties.split(" > ")
    headers = (("location", location),) if location else ()
    answer = HttpResponse(status, headers, body)
    play = name.partition(".")[0]
    return Exchange(name, play, at(when), seconds, source, destination, "proxy", request, answer)


class Shape:
    """How a login is done in the posture of a log."""

    def __init__(self, proof: Proof, pkce: str, *, secret: bool) -> None:
        self.proof, self.pkce, self.secret = proof, pkce, secret

    @property
    def posture(self) -> PostureInfo:
        secret = "sent with every token request" if self.secret else "none"
        return PostureInfo("posture", "", {"PKCE": self.pkce, "client secret": secret}, TARGET)

    def issue(self, play: str, when: float, code: str) -> Exchange:
        query = {"client_id": "contoso", "response_type": "code", "redirect_uri": REDIRECT_URI}
        if self.pkce != "none":
            query |= {"code_challenge": "challenge", "code_challenge_method": self.pkce}
        return exchange(
            f"{play}.issue",
            when,
            "victim-browser > identity-provider",
            HttpRequest("GET", f"{TARGET.authorization_endpoint}?{urlencode(query)}"),
            303,
            location=f"{REDIRECT_URI}?code={code}&state=state%231",
        )

    def token(self, name: str, when: float, who: str, code: str, *answer: object) -> Exchange:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "contoso",
            "redirect_uri": REDIRECT_URI,
        }
        if who == "client" and self.pkce != "none":
            form["code_verifier"] = "code_verifier#1"
        if who == "client" and self.secret:
            form["client_secret"] = "client_secret#1"
        request = HttpRequest("POST", TARGET.token_endpoint, body=urlencode(form))
        status, body = answer
        assert isinstance(status, int)
        return exchange(name, when, f"{who} > identity-provider", request, status, str(body))

    def control(self, play: str, when: float, code: str) -> Log:
        token = f"access_token#{code[-1]}"
        return {
            f"{play}.start": PlayStarted(play, at(when), "control", "group", "", play),
            f"{play}.issue": self.issue(play, when + 1, code),
            f"{play}.token": self.token(
                f"{play}.token", when + 2, "client", code, 200, issued(token)
            ),
            f"{play}.userinfo": userinfo(f"{play}.userinfo", when + 3, "client", token),
            f"{play}.end": PlayFinished(play, at(when + 4), 4.0),
        }

    def capture(self) -> Log:
        """The attack up to where the thief holds the code."""
        redirect = HttpRequest("GET", f"{REDIRECT_URI}?code={STOLEN}&state=state%231")
        return {
            "attack.start": PlayStarted("attack", at(10), "attack", "group", CELL),
            "attack.issue": self.issue("attack", 11, STOLEN),
            "attack.redirect": exchange(
                "attack.redirect", 12, "victim-browser > thief", redirect, 200
            ),
            "attack.loot": Loot(
                "attack.loot", "attack", at(13), "code", STOLEN, "attack.redirect", "the redirect"
            ),
        }

    def started(self) -> Started:
        scenario = ScenarioInfo(
            "attack", "family", "title", "story", "vantage", ("RFC9700#4.5",), "remedy", self.proof
        )
        cell = PlannedCell(
            CELL, "attack", "plaintext", "posture", Observation.ATTACK_SUCCEEDED, "the model says"
        )
        return Started(
            schema_version=SCHEMA_VERSION,
            run="run",
            at=at(-1),
            version="0",
            scenarios=(scenario,),
            postures=(self.posture,),
            channels=(ChannelInfo("plaintext", "plaintext redirect", ""),),
            plan=(cell,),
            environment={},
        )

    def log(self, attack: Log) -> Log:
        return {
            "started": self.started(),
            **self.control("before", 0, "code#1"),
            **self.capture(),
            **attack,
            "attack.end": PlayFinished("attack", at(25), 15.0),
            **self.control("after", 30, "code#3"),
            "finished": Finished(at(40), 40.0, "completed"),
        }


def issued(token: str) -> str:
    return f'{{"access_token":"{token}","token_type":"Bearer"}}'


def refused(error: str = "invalid_grant") -> str:
    return f'{{"error":"{error}"}}'


def userinfo(name: str, when: float, who: str, token: str, body: str = ALICE) -> Exchange:
    bearer = (("Authorization", f"Bearer {token}"),)
    request = HttpRequest("GET", TARGET.userinfo_endpoint, bearer)
    return exchange(name, when, f"{who} > identity-provider", request, 200, body)


def look(name: str, when: float, status: int, body: str = "{}") -> Exchange:
    request = HttpRequest("GET", f"{REDIRECT_URI}/me")
    return exchange(name, when, "attacker-browser > client", request, status, body)


def token_theft() -> Log:
    shape = Shape(Proof.TOKEN, "none", secret=False)
    return shape.log(
        {
            "attack.token": shape.token(
                "attack.token", 14, "thief", STOLEN, 200, issued("access_token#2")
            ),
            "attack.look": userinfo("attack.look", 15, "thief", "access_token#2"),
        }
    )


def token_refusal() -> Log:
    shape = Shape(Proof.TOKEN, "S256", secret=False)
    attempt = shape.token("attack.token", 14, "thief", STOLEN, 400, refused())
    return shape.log({"attack.token": attempt})


def persistent_theft() -> Log:
    """The first attempt is refused, the second one succeeds."""
    shape = Shape(Proof.TOKEN, "plain", secret=False)
    second = shape.token("attack.again", 15, "thief", STOLEN, 200, issued("access_token#2"))
    return shape.log(
        {
            "attack.token": shape.token("attack.token", 14, "thief", STOLEN, 400, refused()),
            "attack.again": second,
            "attack.look": userinfo("attack.look", 16, "thief", "access_token#2"),
        }
    )


def _injection() -> Exchange:
    request = HttpRequest("GET", f"{REDIRECT_URI}?code={STOLEN}&state=state%232")
    parties = "attacker-browser > client"
    return exchange("attack.inject", 15, parties, request, 200, seconds=4)


def session_theft() -> Log:
    shape = Shape(Proof.SESSION, "none", secret=True)
    return shape.log(
        {
            "attack.before": look("attack.before", 14, 401),
            "attack.inject": _injection(),
            "attack.token": shape.token(
                "attack.token", 16, "client", STOLEN, 200, issued("access_token#2")
            ),
            "attack.userinfo": userinfo("attack.userinfo", 17, "client", "access_token#2"),
            "attack.look": look("attack.look", 20, 200, ALICE),
        }
    )


def session_refusal() -> Log:
    shape = Shape(Proof.SESSION, "S256", secret=True)
    return shape.log(
        {
            "attack.before": look("attack.before", 14, 401),
            "attack.inject": _injection(),
            "attack.token": shape.token("attack.token", 16, "client", STOLEN, 400, refused()),
            "attack.look": look("attack.look", 20, 401),
        }
    )


THEFTS = (token_theft, session_theft)
REFUSALS = (token_refusal, session_refusal)
COMPLETE = {
    token_theft: Observation.ATTACK_SUCCEEDED,
    persistent_theft: Observation.ATTACK_SUCCEEDED,
    session_theft: Observation.ATTACK_SUCCEEDED,
    token_refusal: Observation.ATTACK_BLOCKED,
    session_refusal: Observation.ATTACK_BLOCKED,
}


def stored(log: Log) -> StoredRun:
    records = tuple(log.values())
    started, last = records[0], records[-1]
    assert isinstance(started, Started)
    return StoredRun(
        Path("run.jsonl"), started, records, last if isinstance(last, Finished) else None
    )


def judgement(log: Log) -> Judgement:
    return judge(stored(log))


def verdict(log: Log) -> Verdict:
    return judgement(log).verdicts[0]
