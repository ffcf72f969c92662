"""What crossed the wire becomes a record; what was noise is counted."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from reports.records import Exchange, Fact, Record
from scenarios.stage.cast import SPEAKER, Cast, Speaker
from scenarios.stage.guard import AUTHORITY
from scenarios.stage.recorder import ANSWERED_BY, REASON, Recorder
from scenarios.stage.scope import Authority, Place, Scope
from victim.client.signing import SigningKey


@dataclass
class Desk:
    """A recorder with its neighbours, and what it learned and wrote, in order."""

    cast: Cast = field(default_factory=Cast)
    scope: Scope = field(default_factory=Scope)
    order: list[tuple[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scope.declare("app.test", 80, Place("client", ("127.0.0.1", 1)))
        self.scope.declare("login.idp.test", 443, Place("identity-provider", ("127.0.0.1", 2)))
        self.cast.assign("s1", "p7")
        self.recorder = Recorder(
            self.cast,
            self.scope,
            lambda record: self.order.append(("write", record)),
            lambda exchange: self.order.append(("learn", exchange)),
        )

    @property
    def written(self) -> list[Record]:
        return [what for how, what in self.order if how == "write"]  # type: ignore[misc]

    def flow(self, host: str = "app.test", port: int = 80, **request: object) -> http.HTTPFlow:
        flow = tflow.tflow(req=tutils.treq(host=host, port=port, **request), resp=True)
        flow.response, answer = None, flow.response
        flow.metadata[SPEAKER] = Speaker("victim-browser", "s1")
        flow.metadata[AUTHORITY] = Authority(host, port)
        self.recorder.requestheaders(flow)
        flow.response = answer
        return flow

    def record(self, **request: object) -> Exchange:
        self.recorder.response(self.flow(**request))  # type: ignore[arg-type]
        exchange = self.written[-1]
        assert isinstance(exchange, Exchange)
        return exchange


def test_an_exchange_says_who_asked_whom_in_which_play() -> None:
    exchange = Desk().record(path=b"/login?a=1")

    assert (exchange.source, exchange.destination, exchange.play) == (
        "victim-browser",
        "client",
        "p7",
    )
    assert exchange.request.url == "http://app.test/login?a=1"
    assert exchange.seen_by == "proxy"
    assert exchange.response is not None
    assert exchange.response.status == 200


def test_what_a_request_object_states_is_written_beside_it() -> None:
    request = SigningKey().request_object("https://idp.test", {"client_id": "app", "state": "s1"})

    exchange = Desk().record(path=f"/authorize?{urlencode(request)}".encode())

    assert exchange.request.request_object == {"client_id": "app", "state": "s1"}
    assert Desk().record(path=b"/login").request.request_object == {}


def test_secrets_are_learned_before_anything_is_written() -> None:
    desk = Desk()
    desk.record()
    assert [how for how, _ in desk.order] == ["learn", "write"]


def test_the_attackers_wiretap_hears_its_own_play_only() -> None:
    desk = Desk()
    mine: list[Exchange] = []
    others: list[Exchange] = []
    desk.recorder.audience |= {"p7": mine.append, "p8": others.append}

    desk.record()

    assert len(mine) == 1
    assert others == []


def test_the_host_header_does_not_decide_what_is_recorded() -> None:
    exchange = Desk().record(headers=http.Headers(host="bank.test"))
    assert exchange.request.url.startswith("http://app.test/")


def test_the_client_gets_a_trace_context_that_stays_off_the_record() -> None:
    desk = Desk()
    flow = desk.flow()
    assert flow.request.headers["traceparent"].startswith("00-")

    desk.recorder.response(flow)

    assert "traceparent" not in str(desk.written)


def test_nobody_else_gets_a_trace_context() -> None:
    flow = Desk().flow("login.idp.test", 443, scheme=b"https")
    assert "traceparent" not in flow.request.headers


def test_the_clients_own_requests_belong_to_the_play_that_caused_them() -> None:
    desk = Desk()
    trace = desk.flow().request.headers["traceparent"]
    behind = tflow.tflow(
        req=tutils.treq(
            host="login.idp.test",
            port=443,
            scheme=b"https",
            headers=http.Headers(traceparent=trace),
        ),
        resp=True,
    )
    answer, behind.response = behind.response, None
    behind.metadata[SPEAKER] = Speaker("client", "back-channel")
    behind.metadata[AUTHORITY] = Authority("login.idp.test", 443)
    desk.recorder.requestheaders(behind)
    behind.response = answer

    desk.recorder.response(behind)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert (exchange.source, exchange.play) == ("client", "p7")


def test_an_exchange_without_an_answer_says_why() -> None:
    desk = Desk()
    flow = desk.flow()
    flow.response = None
    flow.error = tflow.terr("connection reset")

    desk.recorder.error(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert exchange.response is None
    assert exchange.error == "connection reset"


def test_who_answered_in_place_of_the_destination_is_named() -> None:
    desk = Desk()
    flow = desk.flow()
    flow.metadata[ANSWERED_BY] = "thief"

    desk.recorder.response(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert exchange.destination == "thief"


def test_what_was_refused_before_it_began_is_no_exchange() -> None:
    desk = Desk()
    flow = tflow.tflow(resp=True)
    flow.metadata[SPEAKER] = Speaker("victim-browser", "s1")

    desk.recorder.requestheaders(flow)
    desk.recorder.response(flow)

    assert desk.written == []


def test_a_refused_dial_is_told_once_and_counted_always() -> None:
    desk = Desk()
    for _ in range(3):
        desk.recorder.refuse("victim-browser", Authority("::1", 80))

    (fact,) = desk.written
    assert isinstance(fact, Fact)
    assert fact.text == "victim-browser tried [::1]:80, which is out of scope"
    desk.recorder.count_noise()
    noise = desk.written[-1]
    assert isinstance(noise, Fact)
    assert noise.text.endswith("(3 times)")


def test_favicons_are_noise() -> None:
    desk = Desk()
    desk.recorder.response(desk.flow(path=b"/favicon.ico"))
    assert desk.written == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("application/zip", "[7 bytes of application/zip]"),
        ("text/javascript", "[7 bytes of text/javascript]"),
        ("text/css; charset=utf-8", "[7 bytes of text/css]"),
        ("application/json", "message"),
    ],
)
def test_only_text_that_answers_is_shown(kind: str, shown: str) -> None:
    desk = Desk()
    flow = desk.flow()
    assert flow.response is not None
    flow.response.headers["content-type"] = kind

    desk.recorder.response(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert exchange.response is not None
    assert exchange.response.body == shown


def test_no_two_ids_are_alike() -> None:
    recorder = Desk().recorder
    assert len({recorder.next_id() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "trace", ["", "-", "00-zz-01-01", "00-1", "a-b-c-d", f"00-{'0' * 32}-{'f' * 16}-01"]
)
def test_a_hostile_trace_context_neither_hides_an_exchange_nor_lands_it_in_a_play(
    trace: str,
) -> None:
    desk = Desk()
    flow = desk.flow("login.idp.test", 443, scheme=b"https")
    flow.metadata[SPEAKER] = Speaker("thief", "between plays")
    flow.request.headers["traceparent"] = trace

    desk.recorder.response(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert exchange.play == ""


def test_what_was_kept_back_is_no_answer_but_its_reason() -> None:
    desk = Desk()
    flow = desk.flow()
    flow.metadata[REASON] = "the answer is not fit to read"
    desk.recorder.response(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert (exchange.response, exchange.error) == (None, "the answer is not fit to read")


def test_what_was_not_sent_says_why() -> None:
    desk = Desk()
    flow = desk.flow()
    flow.response, flow.metadata[REASON] = None, "codejack has not sent this"
    desk.recorder.error(flow)

    (exchange,) = desk.written
    assert isinstance(exchange, Exchange)
    assert exchange.error == "codejack has not sent this"


def test_a_request_is_recorded_as_it_travels_whatever_it_says_of_itself() -> None:
    headers = ((b"content-type", b"text/plain"), (b"content-encoding", b"rot13"))
    assert Desk().record(content=b"uryyb", headers=headers).request.body == "uryyb"
