"""Complete logs of the kinds of prize and refusal that are not a theft at the token endpoint."""

from msgspec import structs

from reports.records import (
    Deviation,
    HttpRequest,
    HttpResponse,
    Loot,
    PlayFinished,
    Proof,
    Refusal,
    ScenarioInfo,
    Started,
)
from tests.reports.judgement.cases import (
    ALICE,
    REDIRECT_URI,
    STOLEN,
    TARGET,
    Log,
    Shape,
    at,
    exchange,
    issued,
    look,
    refused,
    userinfo,
)

MALLORY = '{"sub":"mallory"}'
OWN_REQUEST = f"{TARGET.authorization_endpoint}?client_id=contoso&response_type=code&x=1"


class Kind(Shape):
    """A shape whose scenario counts other refusals, or changes something on purpose."""

    def __init__(
        self,
        proof: Proof,
        *refusals: Refusal,
        deviates: tuple[Deviation, ...] = (),
        pkce: str = "S256",
    ) -> None:
        super().__init__(proof, pkce, secret=False)
        self.refusals, self.deviates = refusals or (Refusal.TOKEN_ENDPOINT,), deviates

    def started(self) -> Started:
        plain = super().started()
        (old,) = plain.scenarios
        scenario = ScenarioInfo(
            old.id,
            old.family,
            old.title,
            old.story,
            old.vantage,
            old.clauses,
            old.remedy,
            self.proof,
            refusals=self.refusals,
            deviates=self.deviates,
        )
        (posture,) = plain.postures
        target = TARGET.__class__(
            **{name: getattr(TARGET, name) for name in TARGET.__struct_fields__}
            | {"attacker": "mallory"}
        )
        known = posture.__class__(posture.id, posture.title, posture.switches, target)
        return plain.__class__(
            **{name: getattr(plain, name) for name in plain.__struct_fields__}
            | {"scenarios": (scenario,), "postures": (known,)}
        )

    def without_capture(self, attack: Log) -> Log:
        """A log whose attack captures nothing of the victim's."""
        whole = self.log({})
        kept = {
            name: record
            for name, record in whole.items()
            if not name.startswith("attack.") or name == "attack.start"
        }
        after = {name: kept.pop(name) for name in [*kept] if name.startswith("after")}
        last = kept.pop("finished")
        end = PlayFinished("attack", at(25), 15.0)
        return {**kept, **attack, "attack.end": end, **after, "finished": last}


def _own_request() -> Log:
    return {
        "attack.request": Loot(
            "attack.request", "attack", at(11), "authorization_request", OWN_REQUEST, "", "built"
        )
    }


def _asked(status: int, location: str = "") -> Log:
    parties = "victim-browser > identity-provider"
    sent = HttpRequest("GET", OWN_REQUEST)
    return {"attack.asked": exchange("attack.asked", 12, parties, sent, status, location=location)}


def refused_request(status: int = 400, location: str = "") -> Log:
    """The attacker's authorization request is answered with an error, and no code."""
    kind = Kind(Proof.TOKEN, Refusal.AUTHORIZATION_ENDPOINT)
    return kind.without_capture({**_own_request(), **_asked(status, location)})


def asked_twice(status: int, location: str = "") -> Log:
    """The attacker makes two requests: the first is refused, and the second answered so."""
    other = f"{OWN_REQUEST}&y=2"
    parties = "victim-browser > identity-provider"
    sent = HttpRequest("GET", other)
    return refused_request() | {
        "attack.request-again": Loot(
            "attack.request-again", "attack", at(13), "authorization_request", other, "", "built"
        ),
        "attack.asked-again": exchange(
            "attack.asked-again", 14, parties, sent, status, location=location
        ),
    }


def asked_for_token(location: str) -> Log:
    """The attacker asks for a token in the address, and the server sends the browser there."""
    log = refused_request(303, location)
    asked = OWN_REQUEST.replace("response_type=code", "response_type=token")
    sent, made = log["attack.asked"], log["attack.request"]
    return log | {
        "attack.asked": structs.replace(sent, request=HttpRequest("GET", asked)),
        "attack.request": structs.replace(made, value=asked),
    }


def sent_home(location: str) -> Log:
    """The server answers the attacker's request with a code, at an address of its own choice."""
    kind = Kind(Proof.TOKEN, Refusal.REGISTERED_ADDRESS)
    return kind.without_capture({**_own_request(), **_asked(303, location)})


def dead_token(status: int = 401) -> Log:
    """The thief redeems the code, and its token is not accepted any more."""
    kind = Kind(Proof.TOKEN, Refusal.USERINFO, pkce="none")
    shown = userinfo("attack.look", 16, "thief", "access_token#2", "{}")
    answer = shown.response.__class__(status, (), "{}") if shown.response else None
    return kind.log(
        {
            "attack.token": kind.token(
                "attack.token", 14, "thief", STOLEN, 200, issued("access_token#2")
            ),
            "attack.held": Loot(
                "attack.held",
                "attack",
                at(15),
                "access_token",
                "access_token#2",
                "attack.token",
                "the answer",
            ),
            "attack.look": shown.__class__(
                **{name: getattr(shown, name) for name in shown.__struct_fields__}
                | {"response": answer}
            ),
        }
    )


def stolen_token() -> Log:
    """A token that the thief has seen in an address opens the victim's data."""
    kind = Kind(Proof.TOKEN, deviates=(Deviation.PKCE,))
    url = f"{REDIRECT_URI}#access_token=access_token#9"
    seen = exchange(
        "attack.seen", 12, "victim-browser > thief", HttpRequest("GET", url), 200, seconds=0.1
    )
    return kind.without_capture(
        {
            "attack.seen": seen,
            "attack.held": Loot(
                "attack.held",
                "attack",
                at(13),
                "access_token",
                "access_token#9",
                "attack.seen",
                "an address",
            ),
            "attack.look": userinfo("attack.look", 14, "thief", "access_token#9"),
        }
    )


def burnt_code(*answer: object) -> Log:
    """The thief presents the code in vain, then the honest client presents it, too."""
    kind = Kind(Proof.DENIAL, deviates=(Deviation.USED,))
    status, body = answer or (400, refused())
    return kind.log(
        {
            "attack.token": kind.token("attack.token", 14, "thief", STOLEN, 400, refused()),
            "attack.honest": kind.token("attack.honest", 16, "client", STOLEN, status, body),
        }
    )


def turned_down(status: int = 400) -> Log:
    """The client turns the injected code down, and nobody is signed in afterwards."""
    kind = Kind(Proof.SESSION, Refusal.CLIENT)
    request = HttpRequest("GET", f"{REDIRECT_URI}?code={STOLEN}&state=state%232")
    parties = "attacker-browser > client"
    return kind.log(
        {
            "attack.before": look("attack.before", 14, 401),
            "attack.inject": exchange("attack.inject", 15, parties, request, status, seconds=1),
            "attack.look": look("attack.look", 20, 401),
        }
    )


def silent_channel() -> Log:
    """The code was issued, and what reached the thief afterwards has it not."""
    kind = Kind(Proof.TOKEN, Refusal.SILENCE)
    badge = HttpRequest("GET", "https://www.thief.test/badge.png")
    return kind.without_capture(
        {
            "attack.issue": kind.issue("attack", 11, STOLEN),
            "attack.badge": exchange("attack.badge", 13, "victim-browser > thief", badge, 200),
            "attack.sign": Loot(
                "attack.sign",
                "attack",
                at(14),
                "sign_of_life",
                "https://www.thief.test/badge.png",
                "attack.badge",
                "a picture",
            ),
        }
    )


def refused_frame(
    *headers: tuple[str, str], framed: str = "iframe", status: int = 200, location: str = ""
) -> Log:
    """The attacker's page frames a request of its own, and its visitor clicks there."""
    kind = Kind(Proof.TOKEN, Refusal.FRAME)
    clicked = HttpRequest("GET", "https://www.thief.test/clicked")
    sent = HttpRequest("GET", OWN_REQUEST, (("Sec-Fetch-Dest", framed),))
    asked = exchange("attack.asked", 12, "victim-browser > identity-provider", sent, status)
    answer = HttpResponse(status, (*headers, ("location", location)))
    log: Log = {
        **_own_request(),
        "attack.asked": structs.replace(asked, response=answer),
        "attack.visit": exchange("attack.visit", 13, "victim-browser > thief", clicked, 200),
        "attack.click": Loot(
            "attack.click", "attack", at(14), "click", clicked.url, "attack.visit", "its bait"
        ),
    }
    return kind.without_capture(log)


def forced_session(after: str = MALLORY, status: int = 200) -> Log:
    """The attacker's own answer is brought by the victim's browser."""
    kind = Kind(Proof.FORCED_SESSION, Refusal.CLIENT, pkce="none")
    own = "code#9"
    asked = HttpRequest("GET", f"{TARGET.authorization_endpoint}?client_id=contoso")
    brought = HttpRequest("GET", f"{REDIRECT_URI}?code={own}&state=state%239")
    me = HttpRequest("GET", f"{REDIRECT_URI}/me")
    browser, attacker = "victim-browser > client", "attacker-browser > identity-provider"
    log: Log = {
        "attack.own": exchange(
            "attack.own", 11, attacker, asked, 303, location=f"{REDIRECT_URI}?code={own}"
        ),
        "attack.loot": Loot(
            "attack.loot", "attack", at(12), "code", own, "attack.own", "its own login"
        ),
        "attack.before": exchange("attack.before", 13, browser, me, 200, ALICE),
        "attack.brought": exchange("attack.brought", 15, browser, brought, status, seconds=4),
        "attack.look": exchange("attack.look", 20, browser, me, 200, after),
    }
    if status == 200:
        log["attack.token"] = kind.token(
            "attack.token", 16, "client", own, 200, issued("access_token#2")
        )
    return kind.without_capture(log)
