"""A small run as the stage would have logged it, with verdicts by hand.

Three scenarios, four postures, two channels and a third that was skipped. One cell is not
applicable and one is inconclusive, because its token endpoint never answered.
"""

import base64
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from reports.judgement.verdicts import Gate, Judgement, Verdict
from reports.records import (
    SCHEMA_VERSION,
    ChannelInfo,
    Exchange,
    Fact,
    Finished,
    Handover,
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
    Screenshot,
    Started,
    Step,
    Target,
)
from reports.runlog import StoredRun

WON, REFUSED = Observation.ATTACK_SUCCEEDED, Observation.ATTACK_BLOCKED
OPEN, NONE = Observation.INCONCLUSIVE, Observation.NOT_APPLICABLE

IDP = "https://login.idp.test"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ISSUED = '{"access_token":"access_token#%d","token_type":"Bearer","expires_in":3600}'
GRANT_REFUSED = '{"error":"invalid_grant","error_description":"PKCE verification failed."}'

SCENARIOS = (
    ScenarioInfo(
        id="stolen-code",
        family="interception",
        title="A stolen authorization code cannot be redeemed",
        story="A thief receives the redirect meant for the client and redeems the code itself.",
        vantage="Reads the authorization response (RFC 9700, attacker A3).",
        clauses=("RFC7636#1", "RFC7636#4.6", "RFC9700#2.1.1"),
        remedy="Require PKCE with S256 for every client at the authorization server.",
        proof=Proof.TOKEN,
    ),
    ScenarioInfo(
        id="verifier-in-state",
        family="verifier",
        title="The verifier does not travel in state",
        story="The client carries its verifier in state, so the redirect delivers both.",
        vantage="Reads the authorization response (RFC 9700, attacker A3).",
        clauses=("RFC7636#7.1", "the article's demo app"),
        remedy="Keep the verifier in the client; let state name the session and nothing else.",
        proof=Proof.TOKEN,
    ),
    ScenarioInfo(
        id="own-flow",
        family="impersonation",
        title="A thief cannot start the honest app's flow itself",
        story="The thief's app sends the victim to an authorization request of its own making.",
        vantage="Has an app of its own on the victim's device.",
        clauses=("RFC8252#8.6",),
        remedy="Ask for consent, and use claimed https redirect URIs or confidential clients.",
        proof=Proof.TOKEN,
        active=True,
    ),
)
TARGET = Target("embedded", IDP, f"{IDP}/authorize", f"{IDP}/token", f"{IDP}/userinfo", "vera")
POSTURES = tuple(
    PostureInfo(identity, f"{kind} client, {title}", {"client type": kind, "PKCE": method}, TARGET)
    for identity, kind, title, method in (
        ("no-pkce", "public", "no PKCE", "none"),
        ("plain", "public", "plain", "plain"),
        ("s256", "public", "S256", "S256"),
        ("confidential-s256", "confidential", "S256", "S256"),
    )
)
CHANNELS = (
    ChannelInfo(
        "custom-scheme",
        "custom URI scheme",
        "Two apps are registered for one scheme; the operating system hands the redirect to the "
        "one that claimed it last.",
    ),
    ChannelInfo(
        "localhost-ipv6",
        "localhost on IPv6",
        "The honest app listens on 127.0.0.1, the thief on [::1], and the redirect says localhost.",
    ),
    ChannelInfo(
        "plaintext",
        "plaintext redirect",
        "The redirect goes over http:// to a host that is not loopback.",
        skipped="no proxy name could be served on this machine",
    ),
)

_OUTCOMES = {
    ("stolen-code", "no-pkce"): WON,
    ("stolen-code", "plain"): REFUSED,
    ("stolen-code", "s256"): REFUSED,
    ("stolen-code", "confidential-s256"): REFUSED,
    ("verifier-in-state", "no-pkce"): NONE,
    ("verifier-in-state", "plain"): WON,
    ("verifier-in-state", "s256"): WON,
    ("verifier-in-state", "confidential-s256"): REFUSED,
    ("own-flow", "no-pkce"): WON,
    ("own-flow", "plain"): WON,
    ("own-flow", "s256"): WON,
    ("own-flow", "confidential-s256"): REFUSED,
}
UNANSWERED = "stolen-code/localhost-ipv6/confidential-s256"
"""The cell whose token endpoint never answered."""
ODD = "verifier-in-state/custom-scheme/confidential-s256"
"""The cell that was refused with an odd error code."""


@dataclass
class Sample:
    """Collects records with running ids and a clock of its own."""

    records: list[Record] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    play: str = ""
    count: int = 0
    clock: int = 0

    def at(self) -> str:
        self.clock += 137
        seconds, thousandths = divmod(self.clock, 1000)
        return f"2026-11-23T09:{seconds // 60:02}:{seconds % 60:02}.{thousandths:03}+00:00"

    def id(self) -> str:
        self.count += 1
        return f"e{self.count}"

    def step(self, title: str) -> None:
        self.records.append(Step(self.play, self.at(), title))

    def http(
        self,
        source: str,
        destination: str,
        request: HttpRequest,
        response: HttpResponse | None,
        *,
        seen_by: str = "proxy",
    ) -> str:
        key, error = self.id(), "" if response else "the read timed out after 5 s"
        at, play = self.at(), self.play
        self.records.append(
            Exchange(
                key, play, at, 0.042, source, destination, seen_by, request, response, error=error
            )
        )
        return key

    def loot(self, seen_in: str, where: str, **found: str) -> tuple[str, ...]:
        ids = []
        for kind, value in found.items():
            ids.append(self.id())
            self.records.append(
                Loot(ids[-1], self.play, self.at(), kind, value, seen_in=seen_in, where=where)
            )
        return tuple(ids)


def sample() -> tuple[StoredRun, Judgement]:
    """Build the run and its judgement."""
    log = Sample()
    plan = tuple(_planned(*key, channel) for key in _OUTCOMES for channel in _channels(key[0]))
    log.records.append(_started(plan))
    log.records.append(
        Fact(log.at(), "", "strict registration", "A strict provider refuses http://app.test/cb.")
    )
    log.records.append(Fact(log.at(), "", "refused dial", "update.example:443 is out of scope."))
    for posture in POSTURES:
        _control(log, posture.id, "before")
        for cell in plan:
            if cell.posture == posture.id:
                _attack(log, cell)
        _control(log, posture.id, "after")
    finished = Finished(log.at(), 31.5, "completed")
    log.records.append(finished)
    started = log.records[0]
    assert isinstance(started, Started)
    order = {cell.id: place for place, cell in enumerate(plan)}
    verdicts = tuple(sorted(log.verdicts, key=lambda verdict: order[verdict.cell]))
    run = StoredRun(Path("run.jsonl"), started, tuple(log.records), finished)
    return run, Judgement(started.run, complete=True, verdicts=verdicts)


def settled() -> tuple[StoredRun, Judgement]:
    """The same run, had the silent token endpoint refused: nothing is open or violated."""
    run, judgement = sample()
    return run, msgspec.structs.replace(
        judgement,
        verdicts=tuple(
            msgspec.structs.replace(v, observed=REFUSED, gate=Gate.MET, settle="")
            if v.cell == UNANSWERED
            else v
            for v in judgement.verdicts
        ),
    )


def _channels(scenario: str) -> tuple[str, ...]:
    return ("custom-scheme", "localhost-ipv6") if scenario == "stolen-code" else ("custom-scheme",)


def _planned(scenario: str, posture: str, channel: str) -> PlannedCell:
    expected = _OUTCOMES[scenario, posture]
    why = {
        WON: "nothing that the token endpoint asks for is unknown to the thief",
        REFUSED: "the code is bound to something that the thief has never seen",
        NONE: "there is no verifier that state could carry",
    }[expected]
    key = f"{scenario}/{channel}/{posture}"
    return PlannedCell(key, scenario, channel, posture, expected, why)


def _started(plan: tuple[PlannedCell, ...]) -> Started:
    return Started(
        schema_version=SCHEMA_VERSION,
        run="20261123-0900-sample",
        at="2026-11-23T09:00:00.000+00:00",
        version="0.1.0",
        scenarios=SCENARIOS,
        postures=POSTURES,
        channels=CHANNELS,
        plan=plan,
        environment={"python": "3.13.9", "browser": "Chromium 149", "system": "Linux"},
    )


def _control(log: Sample, posture: str, position: str) -> None:
    log.play = f"control-{posture}-{position}"
    log.records.append(
        PlayStarted(log.play, log.at(), "control", posture, cell="", position=position)
    )
    log.step("The victim signs in at the honest client")
    _authorize(log, posture, "http://localhost:5218/cb", "code#1")
    log.http(
        "victim-browser",
        "client",
        HttpRequest("GET", "http://localhost:5218/cb?code=code#1&state=state#1"),
        HttpResponse(200, (("Content-Type", "text/html"),), "<h1>Hello, Vera</h1>"),
    )
    _redeem(
        log, "client", "code#1", HttpResponse(200, (), ISSUED % 1), verifier=posture != "no-pkce"
    )
    log.records.append(PlayFinished(log.play, log.at(), 0.81))


def _attack(log: Sample, cell: PlannedCell) -> None:
    if cell.expected is NONE:
        log.verdicts.append(_verdict(cell, NONE, "A client without PKCE has no verifier to leak."))
        return
    log.play = f"attack-{cell.id}"
    log.records.append(PlayStarted(log.play, log.at(), "attack", cell.posture, cell=cell.id))
    active = cell.scenario == "own-flow"
    log.step(f"The {'thief' if active else 'victim'} starts a login as the honest app")
    redirect = (
        "com.example.app:/cb" if cell.channel == "custom-scheme" else "http://localhost:5218/cb"
    )
    _authorize(log, cell.posture, redirect, "code#2")
    log.step("The redirect reaches the thief")
    seen = _deliver(log, cell, f"{redirect}?code=code#2&state=state#2")
    known = {"code": "code#2", "state": "state#2"}
    if cell.scenario == "verifier-in-state":
        known |= {"code_verifier": "code_verifier#1"}
    loot = log.loot(seen, "query of the redirect", **known)
    log.records.append(
        Screenshot(log.play, log.at(), "victim-browser", "The victim sees the thief's page", png())
    )
    log.step("The thief redeems the code and reads the victim's data")
    _conclude(log, cell, (seen, *loot))
    log.records.append(PlayFinished(log.play, log.at(), 0.64))


def _conclude(log: Sample, cell: PlannedCell, evidence: tuple[str, ...]) -> None:
    answer: HttpResponse | None = HttpResponse(200, (), ISSUED % 2)
    if cell.expected is REFUSED:
        answer = HttpResponse(400, (("Content-Type", "application/json"),), GRANT_REFUSED)
    if cell.id == UNANSWERED:
        answer = None
    knows = cell.scenario != "stolen-code" and cell.posture != "no-pkce"
    redeemed = _redeem(log, "thief", "code#2", answer, verifier=knows)
    reason, clause = "The token endpoint refused the stolen code: invalid_grant.", "RFC7636#4.6"
    if cell.expected is WON:
        reason, clause = "The thief's token opened the victim's data at userinfo.", "RFC6749#10.5"
        decisive = f"e{log.count}"
    else:
        decisive = redeemed
    verdict = _verdict(cell, cell.expected, reason, evidence, decisive, clause)
    if cell.id == UNANSWERED:
        verdict = msgspec.structs.replace(
            _verdict(cell, OPEN, "The token endpoint did not answer within 5 s."),
            gate=Gate.UNDECIDED,
            settle="A token endpoint that answers.",
        )
    if cell.id == ODD:
        verdict = msgspec.structs.replace(verdict, notes=("refused, wrong reason",))
    log.verdicts.append(msgspec.structs.replace(verdict, play=log.play))


def _verdict(
    cell: PlannedCell,
    observed: Observation,
    reason: str,
    evidence: tuple[str, ...] = (),
    decisive: str = "",
    clause: str = "",
) -> Verdict:
    return Verdict(
        cell=cell.id,
        scenario=cell.scenario,
        channel=cell.channel,
        posture=cell.posture,
        observed=observed,
        expected=cell.expected,
        gate=Gate.MET,
        reason=reason,
        seconds=0.64,
        evidence=(*evidence, *filter(None, [decisive])),
        decisive=decisive,
        clause=clause,
    )


def _authorize(log: Sample, posture: str, redirect: str, code: str) -> None:
    pkce = {
        "no-pkce": "",
        "plain": "&code_challenge=code_verifier#1&code_challenge_method=plain",
    }.get(posture, f"&code_challenge={CHALLENGE}&code_challenge_method=S256")
    url = f"{IDP}/authorize?client_id=app&response_type=code&state=state#2{pkce}"
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "text/html"}.items()
    log.http(
        "victim-browser",
        "client",
        HttpRequest("GET", "http://localhost:5218/login", tuple(browser)),
        HttpResponse(302, (("Location", url),)),
    )
    log.http(
        "victim-browser",
        "identity-provider",
        HttpRequest(
            "GET",
            f"{url}&redirect_uri={redirect}",
            tuple(browser),
            request_object={"state": "state#2"},
        ),
        HttpResponse(200, (("Content-Type", "text/html"),), "<form>Sign in</form>"),
    )
    log.http(
        "victim-browser",
        "identity-provider",
        HttpRequest("GET", f"{IDP}/style.css"),
        HttpResponse(200, (), "body { margin: 0 }"),
    )
    log.http(
        "victim-browser",
        "identity-provider",
        HttpRequest("POST", f"{IDP}/login", tuple(browser), "username=vera&password=password#1"),
        HttpResponse(302, (("Location", f"{redirect}?code={code}&state=state#2"),)),
    )


def _deliver(log: Sample, cell: PlannedCell, url: str) -> str:
    if cell.channel != "custom-scheme":
        page = HttpResponse(200, (("Content-Type", "text/html"),), "<h1>Thank you</h1>")
        request = HttpRequest("GET", url, (("Host", "localhost:5218"),))
        return log.http("victim-browser", "thief", request, page, seen_by="listener")
    hops = (("victim-browser", "operating-system"), ("operating-system", "malicious-app"))
    for source, destination in (*hops, ("malicious-app", "thief")):
        medium = "stdin of a socket" if destination == "thief" else "xdg-open"
        key, detail = log.id(), "the default handler of the scheme"
        log.records.append(
            Handover(key, log.play, log.at(), source, destination, medium, url, detail=detail)
        )
    return key


def _redeem(
    log: Sample, actor: str, code: str, answer: HttpResponse | None, *, verifier: bool
) -> str:
    form = f"grant_type=authorization_code&code={code}&client_id=app"
    form += "&code_verifier=code_verifier#1" if verifier else ""
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    request = HttpRequest("POST", f"{IDP}/token", headers, form)
    redeemed = log.http(actor, "identity-provider", request, answer)
    if answer and answer.status == 200:
        bearer = (("Authorization", "Bearer access_token#2"),)
        log.http(
            actor,
            "identity-provider",
            HttpRequest("GET", f"{IDP}/userinfo", bearer),
            HttpResponse(200, (("Content-Type", "application/json"),), '{"sub":"vera"}'),
        )
    return redeemed


def png(width: int = 320, height: int = 180) -> str:
    """A plain picture, base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + b"\xe8\xe2\xd4" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()
