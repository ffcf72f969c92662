import asyncio
from base64 import b64decode

import httpx
import pytest

from attacker.token_request import STRAIGHT, Bent, extended, identified, member, send

ENDPOINT = "https://idp.test/token"
FORM = {"grant_type": "authorization_code", "code": "c+d", "code_verifier": "v"}


def sent(bent: Bent, to: str = ENDPOINT) -> httpx.Request:
    """The request that reaches the endpoint."""
    heard: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(400, json={"error": "invalid_grant"})

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
            return await send(http, to, FORM, bent)

    assert asyncio.run(run()).json() == {"error": "invalid_grant"}
    (request,) = heard
    return request


def pairs(text: str | bytes) -> list[tuple[str, str]]:
    return httpx.QueryParams(text).multi_items()


def test_by_the_rules_it_is_a_form_in_a_post() -> None:
    request = sent(STRAIGHT)

    assert (request.method, str(request.url)) == ("POST", ENDPOINT)
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(pairs(request.content)) == FORM


@pytest.mark.parametrize("value", ["another", ""])
def test_a_parameter_can_be_another_or_empty(value: str) -> None:
    request = sent(Bent(changes={"code_verifier": value}))

    assert dict(pairs(request.content)) == FORM | {"code_verifier": value}


def test_a_parameter_can_be_left_out() -> None:
    form = dict(pairs(sent(Bent(changes={"code_verifier": None})).content))

    assert form == {name: value for name, value in FORM.items() if name != "code_verifier"}


def test_a_parameter_can_be_there_twice_in_order() -> None:
    form = pairs(sent(Bent(more=[("code_verifier", "second")])).content)

    assert form == [*FORM.items(), ("code_verifier", "second")]


def test_a_parameter_can_stand_in_the_url() -> None:
    request = sent(Bent(changes={"code_verifier": None}, query={"code_verifier": "v v"}))

    assert pairs(request.url.query) == [("code_verifier", "v v")]
    assert "code_verifier" not in dict(pairs(request.content))
    assert request.method == "POST"


def test_with_get_everything_stands_in_the_url() -> None:
    request = sent(Bent(method="GET", more=[("a", "1")], query={"b": "2"}, changes={"code": None}))

    expected = [*((k, v) for k, v in FORM.items() if k != "code"), ("a", "1"), ("b", "2")]
    assert request.method == "GET"
    assert pairs(request.url.query) == expected
    assert request.content == b""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_headers_come_on_top(method: str) -> None:
    request = sent(Bent(method=method, headers={"DPoP": "proof", "Content-Type": "text/plain"}))

    assert request.headers["dpop"] == "proof"
    assert request.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_asks_for_json_as_clients_do_or_a_server_may_send_it_to_a_page(method: str) -> None:
    assert sent(Bent(method=method)).headers["accept"] == "application/json"


@pytest.mark.parametrize("bent", [STRAIGHT, Bent(method="GET"), Bent(query={"a": "b"})], ids=str)
def test_an_endpoint_keeps_the_query_that_it_has(bent: Bent) -> None:
    request = sent(bent, f"{ENDPOINT}?tenant=demo")

    assert pairs(request.url.query)[0] == ("tenant", "demo")
    for name, value in bent.query.items():
        assert request.url.params[name] == value


def test_a_url_is_extended_behind_what_it_has() -> None:
    assert extended(ENDPOINT, []) == ENDPOINT
    assert extended(ENDPOINT, [("a", "b c")]) == f"{ENDPOINT}?a=b+c"
    assert extended(f"{ENDPOINT}?t=1", [("a", "b"), ("a", "c")]) == f"{ENDPOINT}?t=1&a=b&a=c"


def test_what_bends_a_request_counts_over_what_is_usual() -> None:
    usual = Bent({"client_id": "app", "client_secret": "s"}, headers={"Authorization": "Basic x"})
    bent = Bent(
        {"client_secret": None, "code": "c"},
        more=[("a", "1")],
        query={"b": "2"},
        method="GET",
        headers={"DPoP": "proof"},
    )

    both = bent.on(usual)

    assert both.changes == {"client_id": "app", "client_secret": None, "code": "c"}
    assert both.headers == {"Authorization": "Basic x", "DPoP": "proof"}
    assert (both.more, both.query, both.method) == (bent.more, bent.query, bent.method)
    assert STRAIGHT.on(usual) == usual
    assert bent.on(STRAIGHT) == bent


def test_a_client_without_a_secret_names_itself_and_no_more() -> None:
    assert identified("app", None, in_header=True) == Bent({"client_id": "app"})
    assert identified("app", None, in_header=False) == Bent({"client_id": "app"})


def test_a_secret_travels_in_the_form_or_in_the_header() -> None:
    in_form = sent(identified("app", "s+s", in_header=False))
    in_header = sent(identified("app", "s+s", in_header=True))

    assert dict(pairs(in_form.content)) == FORM | {"client_id": "app", "client_secret": "s+s"}
    assert "authorization" not in in_form.headers
    # RFC 6749 section 2.3: by one way only, and a name may count as a second.
    assert "client_id" not in dict(pairs(in_header.content))
    assert in_header.headers["authorization"].startswith("Basic ")


def test_a_name_stands_beside_the_header_where_the_server_wants_that() -> None:
    named = sent(identified("app", "s+s", in_header=True, named_in_form=True))

    assert dict(pairs(named.content)) == FORM | {"client_id": "app"}
    assert named.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("client_id", "secret", "pair"),
    [
        ("app", "secret", "app:secret"),
        ("a:b", "s:t", "a%3Ab:s%3At"),
        ("an app", "s t", "an+app:s+t"),
        ("app", "p%c/ü&=+", "app:p%25c%2F%C3%BC%26%3D%2B"),
    ],
)
def test_by_http_basic_both_are_form_encoded_first(client_id: str, secret: str, pair: str) -> None:
    # RFC 6749 section 2.3.1 and appendix B.
    basic = identified(client_id, secret, in_header=True).headers["Authorization"]

    assert b64decode(basic.removeprefix("Basic ")).decode() == pair


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"access_token": "t"}', "t"),
        ('{"access_token": 4}', None),
        ("[]", None),
        ("no JSON", None),
        pytest.param("[" * 100_000, None, id="nested without end"),
    ],
)
def test_a_member_of_an_answer_is_a_text_or_nothing(body: str, said: str | None) -> None:
    assert member(httpx.Response(200, text=body), "access_token") == said
