"""Complete logs of attacks that need no code, or a used one: by sessions, forms, passwords."""

from urllib.parse import urlencode

from msgspec.structs import replace

from reports.records import (
    Deviation,
    Exchange,
    Handover,
    HttpRequest,
    HttpResponse,
    Loot,
    Proof,
    Refusal,
)
from tests.reports.judgement.cases import (
    ALICE,
    IDP,
    REDIRECT_URI,
    TARGET,
    Log,
    at,
    exchange,
    issued,
    refused,
    session_theft,
    userinfo,
)
from tests.reports.judgement.kinds import MALLORY, OWN_REQUEST, Kind

LOGIN = f"{IDP}/login"
AWAY = "https://www.thief.test/callback"
NOBODY = (401, "")


def replayed_redirect() -> Log:
    """The attacker brings the client a redirect that it has used, and is let in with it."""
    log = session_theft()
    log["attack.token"] = replace(log["attack.token"], at=at(13.4))
    return log


def _refreshed(status: int, body: str) -> Log:
    token = "refresh_token#9"
    sent = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "contoso"}
    request = HttpRequest("POST", TARGET.token_endpoint, body=urlencode(sent))
    return {
        "attack.seen": Handover(
            "attack.seen", "attack", at(12), "client", "thief", "a log", f'"{token}"'
        ),
        **_loot(13, "refresh_token", token, "attack.seen"),
        "attack.token": exchange(
            "attack.token", 15, "thief > identity-provider", request, status, body
        ),
    }


def stolen_refresh_token() -> Log:
    """The thief reads a refresh token somewhere, and gets a token for it."""
    attack = _refreshed(200, issued("access_token#9"))
    look = userinfo("attack.look", 20, "thief", "access_token#9")
    return Kind(Proof.TOKEN).without_capture({**attack, "attack.look": look})


def refused_refresh_token() -> Log:
    """The server does not take it from the thief."""
    return Kind(Proof.TOKEN).without_capture(_refreshed(400, refused()))


def reused_refresh_token(*first: object) -> Log:
    """The thief uses it twice; the second time, the server does not take it."""
    status, body = first or (200, issued("access_token#9"))
    assert isinstance(status, int)
    used = _refreshed(status, str(body))
    again = replace(
        used["attack.token"],
        id="attack.again",
        at=at(17),
        response=HttpResponse(400, (), refused()),
    )
    refusals = Refusal.REFRESH_TOKEN, Refusal.USERINFO
    kind = Kind(Proof.TOKEN, *refusals, deviates=(Deviation.USED,))
    return kind.without_capture({**used, "attack.again": again})


def _look(name: str, when: float, who: str, status: int, body: str) -> Log:
    sent = HttpRequest("GET", f"{REDIRECT_URI}/me")
    return {name: exchange(name, when, f"{who} > client", sent, status, body)}


def _loot(when: float, kind: str, value: str, seen_in: str) -> Log:
    loot = Loot("attack.loot", "attack", at(when), kind, value, seen_in, "an answer")
    return {"attack.loot": loot}


def _shown(name: str, parties: str, url: str, answer: HttpResponse) -> Exchange:
    made = exchange(name, 11, parties, HttpRequest("GET", url), answer.status)
    return replace(made, response=answer)


def _session(status: int, body: str) -> Log:
    kind = Kind(Proof.SESSION, Refusal.OWN_SESSION)
    cookie = HttpResponse(302, (("set-cookie", "session=session#9"),))
    link = HttpRequest("GET", f"{REDIRECT_URI}?session=session#9")
    return kind.without_capture(
        {
            "attack.own": _shown("attack.own", "attacker-browser > client", REDIRECT_URI, cookie),
            **_loot(12, "session", "session#9", "attack.own"),
            **_look("attack.before", 13, "attacker-browser", *NOBODY),
            "attack.link": exchange("attack.link", 15, "victim-browser > client", link, 302),
            **_look("attack.hers", 17, "victim-browser", 200, ALICE),
            **_look("attack.look", 20, "attacker-browser", status, body),
        }
    )


def prepared_session() -> Log:
    """The victim signs in by a link that names the attacker's session."""
    return _session(200, ALICE)


def own_session() -> Log:
    """The victim follows that link, and is signed in to a session of their own."""
    return _session(*NOBODY)


def _form(status: int, after: str) -> Log:
    kind = Kind(Proof.FORCED_SESSION, Refusal.FORM)
    page = HttpResponse(200, (), '<form><input type="hidden" value="csrf_token#9"></form>')
    parties, own = "attacker-browser > identity-provider", TARGET.authorization_endpoint
    sent = HttpRequest("POST", LOGIN, body="csrf_token=csrf_token#9&username=mallory")
    return kind.without_capture(
        {
            "attack.own": _shown("attack.own", parties, own, page),
            **_loot(12, "form", "csrf_token#9", "attack.own"),
            **_look("attack.before", 13, "victim-browser", *NOBODY),
            "attack.sent": exchange(
                "attack.sent", 15, "victim-browser > identity-provider", sent, status
            ),
            **_look("attack.look", 20, "victim-browser", 200, after),
        }
    )


def forced_sign_in() -> Log:
    """The victim's browser sends a form that the attacker has filled in."""
    return _form(303, MALLORY)


def refused_form() -> Log:
    """The server takes no form from a browser that it has not shown it to."""
    return _form(400, ALICE)


def _sign_in(status: int) -> Exchange:
    sent = HttpRequest("POST", LOGIN, body="username=alice&password=password#1")
    parties = "victim-browser > identity-provider"
    return exchange("attack.sign-in", 11, parties, sent, status, location=AWAY)


def told_password() -> Log:
    """The sign-in is sent on to the attacker, with the password, and the attacker signs in."""
    body = "username=alice&password=password#1"
    kind = Kind(Proof.SESSION, Refusal.FORGOTTEN)
    visit, used = HttpRequest("POST", AWAY, body=body), HttpRequest("POST", LOGIN, body=body)
    return kind.without_capture(
        {
            "attack.sign-in": _sign_in(307),
            "attack.visit": exchange("attack.visit", 12, "victim-browser > thief", visit, 200),
            **_loot(13, "password", "password#1", "attack.visit"),
            **_look("attack.before", 14, "attacker-browser", *NOBODY),
            "attack.used": exchange(
                "attack.used", 16, "attacker-browser > identity-provider", used, 303
            ),
            **_look("attack.look", 20, "attacker-browser", 200, ALICE),
        }
    )


def forgotten_password() -> Log:
    """The browser comes on to the attacker without what it has sent."""
    kind = Kind(Proof.SESSION, Refusal.FORGOTTEN)
    visit = exchange("attack.visit", 12, "victim-browser > thief", HttpRequest("GET", AWAY), 200)
    return kind.without_capture({"attack.sign-in": _sign_in(303), "attack.visit": visit})


def unasked_server() -> Log:
    """The client turns down a code that another server gave out than it had asked."""
    kind = Kind(Proof.TOKEN, Refusal.ASKER)
    asked, answer = HttpRequest("GET", OWN_REQUEST), f"{REDIRECT_URI}?code=code%239"
    written = Loot("attack.loot", "attack", at(11), "authorization_request", OWN_REQUEST, "", "own")
    return kind.without_capture(
        {
            "attack.loot": written,
            "attack.asked": exchange(
                "attack.asked",
                12,
                "victim-browser > identity-provider",
                asked,
                303,
                location=answer,
            ),
            "attack.answer": exchange(
                "attack.answer", 14, "victim-browser > client", HttpRequest("GET", answer), 400
            ),
        }
    )
