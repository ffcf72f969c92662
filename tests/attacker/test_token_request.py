import asyncio

import httpx
import pytest

from attacker.token_request import STRAIGHT, Bent, member, send

ENDPOINT = "https://idp.test/token"
FORM = {"grant_type": "authorization_code", "code": "c+d", "code_verifier": "v"}


def sent(bent: Bent) -> httpx.Request:
    """The request that reaches the endpoint."""
    heard: list[httpx.Request] = []

    def endpoint(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(400, json={"error": "invalid_grant"})

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(endpoint)) as http:
            return await send(http, ENDPOINT, FORM, bent)

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


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"access_token": "t"}', "t"),
        ('{"access_token": 4}', None),
        ("[]", None),
        ("no JSON", None),
    ],
)
def test_a_member_of_an_answer_is_a_text_or_nothing(body: str, said: str | None) -> None:
    assert member(httpx.Response(200, text=body), "access_token") == said
