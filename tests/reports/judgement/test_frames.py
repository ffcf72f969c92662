"""Who says no in a frame: the page that is not shown there, or the cookie that stays at home."""

from itertools import chain

import pytest
from msgspec import structs

from reports.records import (
    Deviation,
    Exchange,
    HttpRequest,
    HttpResponse,
    Observation,
    Proof,
    Refusal,
)
from tests.reports.judgement.cases import (
    IDP,
    REDIRECT_URI,
    STOLEN,
    TARGET,
    Log,
    exchange,
    issued,
    userinfo,
    verdict,
)
from tests.reports.judgement.kinds import OWN_REQUEST, Kind, refused_frame
from tests.reports.judgement.spoil import change, unanswered

REFUSED, OPEN = Observation.ATTACK_BLOCKED, Observation.INCONCLUSIVE
VISIT = HttpRequest("GET", "https://www.thief.test/clicked")
NO_FRAMES = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")


def policy(sources: str) -> tuple[str, str]:
    return "Content-Security-Policy", f"Frame-Ancestors {sources}; img-src *"


def options(value: str) -> tuple[str, str]:
    return "X-Frame-Options", value


@pytest.mark.parametrize(
    "headers",
    [
        (NO_FRAMES,),
        (policy("'self'"),),
        (policy("'self' https://app.example.com https://*.example.com:8443/a"),),
        (policy("*.www.thief.test"),),
        (policy(""),),
        (("Content-Security-Policy", "img-src *"), policy("'none'")),
        (("Content-Security-Policy", "frame-ancestors *, frame-ancestors 'self'"),),
        (options("Deny"),),
        (options("SAMEORIGIN"),),
        (options("deny"), options("sameorigin")),
        (("Content-Security-Policy", "img-src *"), options("DENY")),
    ],
)
def test_a_page_may_refuse_to_be_framed(headers: tuple[tuple[str, str], ...]) -> None:
    found = verdict(refused_frame(*headers))

    assert found.observed is REFUSED, found.reason
    assert found.decisive == "attack.asked"


@pytest.mark.parametrize(
    "log",
    [
        refused_frame(),
        *(
            refused_frame(policy(sources))
            for sources in (
                "https://www.thief.test",
                "'self' www.thief.test:443",
                "https://*.thief.test",
                "*",
                "https:",
                "https://*",
            )
        ),
        refused_frame(options("SAMEORIGIN, or so")),
        refused_frame(options("ALLOW-FROM https://app.example.com")),
        refused_frame(policy("*"), options("DENY")),
        refused_frame(("Content-Security-Policy-Report-Only", "frame-ancestors 'none'")),
        refused_frame(NO_FRAMES, framed="document"),
        refused_frame(NO_FRAMES, status=400),
        refused_frame(NO_FRAMES, status=503),
        refused_frame(NO_FRAMES, status=303, location=f"{REDIRECT_URI}?code=code%239"),
    ],
)
def test_a_page_that_may_be_framed_or_asks_nothing_refuses_no_frame(log: Log) -> None:
    assert verdict(log).observed is OPEN


def test_a_click_before_the_page_was_there_meets_no_refusal() -> None:
    log = refused_frame(NO_FRAMES)
    early = exchange("attack.visit", 11, "victim-browser > thief", VISIT, 200)

    assert verdict({**log, "attack.visit": early}).observed is OPEN


SESSION = "session=session#1; Path=/; SameSite=Lax"


def signed_in(
    *given: str, sent: str = "session=session#1", framed: str = "", status: int = 200
) -> Log:
    """The honest login is given cookies and comes with some, and so does the frame."""
    log = refused_frame(status=status)
    before, after, asked = (log[name] for name in ("before.issue", "after.issue", "attack.asked"))
    assert isinstance(before, Exchange)
    assert isinstance(after, Exchange)
    assert isinstance(asked, Exchange)
    assert before.response is not None
    cookies = tuple(("Set-Cookie", each) for each in given)
    answer = structs.replace(before.response, headers=(*before.response.headers, *cookies))
    return log | {
        "before.issue": structs.replace(before, response=answer),
        "after.issue": _coming_with(after, sent),
        "attack.asked": _coming_with(asked, framed),
    }


def _coming_with(sent: Exchange, cookies: str) -> Exchange:
    headers = (*sent.request.headers, *([("Cookie", cookies)] if cookies else []))
    return structs.replace(sent, request=structs.replace(sent.request, headers=headers))


@pytest.mark.parametrize(
    "log",
    [
        signed_in(SESSION),
        signed_in("session=session#1;samesite=STRICT"),
        signed_in("lang=en; SameSite=None; Secure", SESSION, sent="a=1; session=session#1"),
        signed_in(SESSION, framed="lang=en"),
        signed_in(SESSION, status=400),
    ],
    ids=["lax", "strict", "another beside it", "another in the frame", "an error page"],
)
def test_a_cookie_may_stay_away_from_frames(log: Log) -> None:
    found = verdict(log)

    assert found.observed is REFUSED, found.reason
    assert "keeps its cookie session away" in found.reason
    assert set(found.evidence) >= {"before.issue", "attack.asked", "attack.click"}


@pytest.mark.parametrize(
    "log",
    [
        signed_in(),
        signed_in("session=session#1; Path=/"),
        signed_in("session=session#1; SameSite=None; Secure"),
        signed_in("lang=en; SameSite=Lax"),
        signed_in(SESSION, framed="session=session#1"),
        signed_in(SESSION, sent="session=session#1; lang=en", framed="lang=en"),
        signed_in(SESSION, sent=""),
        signed_in(SESSION, status=500),
    ],
    ids=[
        *("never given", "nothing said", "open", "of no login", "in the frame"),
        *("one of two in the frame", "no login with it", "down"),
    ],
)
def test_a_cookie_that_comes_along_or_may_have_keeps_nobody_out(log: Log) -> None:
    assert verdict(log).observed is OPEN


def test_a_form_that_the_frame_was_shown_may_have_been_sent() -> None:
    """What gave a code is no refusal, whatever else the frame was told."""
    log = signed_in(SESSION)
    given = HttpResponse(303, (("location", f"{REDIRECT_URI}?code=code%239"),))
    sent = HttpRequest(
        "GET",
        f"{TARGET.authorization_endpoint}?next",
        (
            *(("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Mode", "navigate")),
            ("Referer", _url(log["attack.asked"])),
        ),
    )
    step = exchange("attack.step", 12.6, "victim-browser > identity-provider", sent, 303)
    records = list(chain(log.items(), [("attack.step", structs.replace(step, response=given))]))

    assert verdict(dict(sorted(records, key=lambda each: _when(each[1])))).observed is OPEN


def _url(record: object) -> str:
    assert isinstance(record, Exchange)
    return record.request.url


def _when(record: object) -> str:
    return getattr(record, "at", "")


def clicked(*page: str, when: float = 10.2, status: int = 200) -> Log:
    """The thief has redeemed a code; ``page`` is how the browser asked for what came before."""
    kind = Kind(Proof.TOKEN, Refusal.FRAME, deviates=(Deviation.PKCE,))
    log = kind.log(
        {
            "attack.token": kind.token("attack.token", 14, "thief", STOLEN, 200, issued("token#2")),
            "attack.userinfo": userinfo("attack.userinfo", 15, "thief", "token#2"),
        }
    )
    asked = HttpRequest("GET", OWN_REQUEST, tuple(("Sec-Fetch-Dest", each) for each in page))
    browser = "victim-browser > identity-provider"
    shown = exchange("attack.page", when, browser, asked, status)
    names = [*log]
    place = names.index("attack.issue")
    return {
        **{name: log[name] for name in names[:place]},
        "attack.page": shown,
        **{name: log[name] for name in names[place:]},
    }


def test_a_code_that_came_after_a_page_in_the_frame_was_clicked_for() -> None:
    found = verdict(clicked("iframe"))

    assert found.observed is Observation.ATTACK_SUCCEEDED, found.reason


@pytest.mark.parametrize(
    "log",
    [
        clicked("document"),
        clicked(),
        clicked("iframe", status=303),
        clicked("iframe", when=11.2),
    ],
    ids=["no frame", "unknown", "no page", "too late"],
)
def test_a_code_for_which_nobody_was_asked_needs_no_click(log: Log) -> None:
    found = verdict(log)

    assert found.observed is OPEN
    assert "nobody was asked in the frame" in found.reason


def test_a_frame_that_was_never_answered_refused_nothing() -> None:
    log = refused_frame(NO_FRAMES)
    unanswered("attack.asked")(log)

    assert verdict(log).observed is OPEN


@pytest.mark.parametrize(("answer", "observed"), [("error=e", REFUSED), ("code=code%239", OPEN)])
def test_a_frame_that_a_request_is_granted_in_was_not_refused(
    answer: str, observed: Observation
) -> None:
    log = refused_frame(options("DENY"))
    form = '<form action="/consent"><input type="hidden" name="csrf_token" value="csrf_token#1">'
    page = HttpResponse(200, (("x-frame-options", "DENY"),), form)
    change("attack.asked", response=page)(log)
    sent = HttpRequest("POST", f"{IDP}/consent", body="csrf_token=csrf_token#1&decision=allow")
    parties, back = "victim-browser > identity-provider", f"{REDIRECT_URI}?{answer}"
    log["attack.sent"] = exchange("attack.sent", 12.6, parties, sent, 303, location=back)
    found = verdict(log)

    assert found.observed is observed
    assert found.decisive == ("attack.asked" if observed is REFUSED else "")
