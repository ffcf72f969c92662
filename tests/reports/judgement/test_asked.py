"""A request that was pushed or signed counts as the client wrote it, and only if that was seen."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from reports.judgement.asked import asked_for
from reports.records import Exchange, HttpRequest
from tests.reports.judgement.cases import TARGET, exchange

PUSHED = {"client_id": "contoso", "code_challenge": "c", "code_challenge_method": "S256"}
REFERENCE = "request_uri#1"


def carried(stated: dict[str, str] | None = None, **query: str) -> Exchange:
    url = f"{TARGET.authorization_endpoint}?{urlencode({'client_id': 'contoso', **query})}"
    parties = "victim-browser > identity-provider"
    request = HttpRequest("GET", url, request_object=stated or {})
    return exchange("attack.issue", 2.0, parties, request, 200)


@dataclass(frozen=True)
class Push:
    """A request that the client pushes; what deviates from that is a push that does not count."""

    parties: str = "client > identity-provider"
    endpoint: str = TARGET.pushed_request_endpoint
    reference: str = REFERENCE
    status: int = 201
    when: float = 1.0
    signed: bool = False

    def recorded(self) -> Exchange:
        pushed = {"client_id": "contoso", "request": "an object"} if self.signed else PUSHED
        request = HttpRequest("POST", self.endpoint, body=urlencode(pushed))
        body = f'{{"request_uri": "{self.reference}", "expires_in": 60}}'
        return exchange("attack.push", self.when, self.parties, request, self.status, body)


def test_a_request_without_a_reference_asks_for_what_it_says() -> None:
    request = carried(code_challenge="c")

    assert asked_for(request, [], TARGET) == request.request.query


def test_a_reference_asks_for_what_the_client_has_pushed() -> None:
    other = Push(reference="request_uri#2").recorded()

    found = asked_for(carried(request_uri=REFERENCE), [other, Push().recorded()], TARGET)

    assert found == PUSHED


@pytest.mark.parametrize(
    "push",
    [
        Push(parties="thief > identity-provider"),
        Push(parties="client > thief"),
        Push(endpoint=TARGET.token_endpoint),
        Push(reference="request_uri#2"),
        Push(status=400),
        Push(when=1.8),  # it was answered too late
        Push(signed=True),  # what is in an object that was pushed is not written down
    ],
)
def test_a_reference_that_nobody_saw_pushed_asks_for_nothing_that_is_known(push: Push) -> None:
    assert asked_for(carried(request_uri=REFERENCE), [push.recorded()], TARGET) is None


def test_what_stands_beside_a_reference_makes_it_unknown_what_counts() -> None:
    request = carried(request_uri=REFERENCE, code_challenge="d")

    assert asked_for(request, [Push().recorded()], TARGET) is None


def test_a_push_without_an_answer_gave_no_reference() -> None:
    unanswered = Exchange(
        "attack.push",
        "attack",
        Push().recorded().at,
        0.5,
        "client",
        "identity-provider",
        "proxy",
        HttpRequest("POST", TARGET.pushed_request_endpoint, body=urlencode(PUSHED)),
        None,
        "no response",
    )

    assert asked_for(carried(request_uri=REFERENCE), [unanswered], TARGET) is None


def test_a_signed_request_asks_for_what_its_object_states() -> None:
    assert asked_for(carried(PUSHED, request="an object"), [], TARGET) == PUSHED


@pytest.mark.parametrize(
    ("stated", "beside"),
    [({}, {}), (PUSHED, {"code_challenge": "d"}), (PUSHED, {"request_uri": REFERENCE})],
    ids=["unreadable", "something beside it", "a reference beside it"],
)
def test_an_object_that_may_not_be_all_says_nothing_that_is_known(
    stated: dict[str, str], beside: dict[str, str]
) -> None:
    request = carried(stated, request="an object", **beside)

    assert asked_for(request, [Push().recorded()], TARGET) is None
