import asyncio
import base64
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from victim.client import Endpoint, Pkce, Provider, VerifierSource
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.relying_party import LoginFailedError, Pending, RelyingParty
from victim.identity_provider.pkce import s256

PROVIDER = Provider("https://idp.test/authorize", "https://idp.test/token", "https://idp.test/me")
PENDING = Pending("the-state", "v" * 43)
CLAIMS = {"sub": "alice-1", "name": "Alice"}

Answer = Callable[[httpx.Request], httpx.Response]


def party(
    learned: list[tuple[str, str]] | None = None,
    *,
    pkce: Pkce = Pkce.S256,
    verifier: VerifierSource = VerifierSource.FRESH,
    secret: str | None = None,
) -> RelyingParty:
    heard = learned if learned is not None else []
    endpoint = Endpoint("/cb", "app", "http://localhost/cb", pkce, verifier, secret)
    return RelyingParty(endpoint, PROVIDER, lambda kind, value: heard.append((kind, value)))


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def carried(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def json_answer(status: int, body: Any) -> Answer:
    return lambda request: httpx.Response(status, json=body)


TOKEN = json_answer(200, {"access_token": "the-token"})
USERINFO = json_answer(200, CLAIMS)


def finish(
    relying_party: RelyingParty,
    *,
    token: Answer = TOKEN,
    userinfo: Answer = USERINFO,
    pending: Pending = PENDING,
    sent: list[httpx.Request] | None = None,
) -> dict[str, str]:
    def answer(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return token(request) if request.url.path == "/token" else userinfo(request)

    async def run() -> dict[str, str]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            headers = {"traceparent": "00-1-1-01"}
            return await relying_party.finish("the-code", pending, http, headers)

    return asyncio.run(run())


def test_the_authorization_request_is_that_of_rfc_6749_and_7636() -> None:
    url, pending = party().start()

    assert pending.verifier is not None
    assert url.startswith("https://idp.test/authorize?")
    assert query(url) == {
        "client_id": "app",
        "response_type": "code",
        "redirect_uri": "http://localhost/cb",
        "scope": "openid profile",
        "state": pending.state,
        "code_challenge": s256(pending.verifier),
        "code_challenge_method": "S256",
    }
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", pending.verifier)


def test_with_plain_the_challenge_is_the_verifier() -> None:
    url, pending = party(pkce=Pkce.PLAIN).start()

    assert query(url)["code_challenge"] == pending.verifier
    assert query(url)["code_challenge_method"] == "plain"


def test_without_pkce_there_is_neither_verifier_nor_challenge() -> None:
    url, pending = party(pkce=Pkce.NONE).start()

    assert pending.verifier is None
    assert not any(name.startswith("code_challenge") for name in query(url))


@pytest.mark.parametrize("source", [VerifierSource.FRESH, VerifierSource.IN_STATE])
def test_state_and_verifier_are_new_for_every_login(source: VerifierSource) -> None:
    client = party(verifier=source)
    (_, one), (_, other) = client.start(), client.start()

    assert one.state != other.state
    assert one.verifier != other.verifier


def test_the_fixed_verifier_is_the_same_for_everybody_and_the_state_is_not() -> None:
    (_, one), (_, other) = (party(verifier=VerifierSource.FIXED).start() for _ in range(2))

    assert one.verifier == other.verifier == ARTICLE_VERIFIER
    assert one.state != other.state


@pytest.mark.parametrize("source", VerifierSource)
def test_every_secret_of_a_login_is_learned_before_the_url_is_handed_out(
    source: VerifierSource,
) -> None:
    learned: list[tuple[str, str]] = []

    _, pending = party(learned, verifier=source, secret="the-secret").start()

    assert pending.verifier is not None
    assert set(learned) == {
        ("client_secret", "the-secret"),
        ("code_verifier", pending.verifier),
        ("state", pending.state),
    }


def test_only_a_client_that_carries_its_verifier_in_state_reads_it_back() -> None:
    carrying = party(verifier=VerifierSource.IN_STATE)
    _, pending = carrying.start()

    assert carrying.pending_from(pending.state) == pending
    assert party().pending_from(pending.state) is None
    assert party(verifier=VerifierSource.FIXED).pending_from(pending.state) is None


@pytest.mark.parametrize("state", ["", "!", "ä", *map(carried, ["1", "null", "[]", "{}", "oops"])])
def test_a_state_that_carries_no_verifier_is_none_of_its_logins(state: str) -> None:
    assert party(verifier=VerifierSource.IN_STATE).pending_from(state) is None


def test_a_code_is_redeemed_and_the_user_named() -> None:
    sent: list[httpx.Request] = []

    assert finish(party(secret="the-secret"), sent=sent) == CLAIMS

    redemption, userinfo = sent
    assert parse_qs(redemption.content.decode()) == {
        "grant_type": ["authorization_code"],
        "client_id": ["app"],
        "redirect_uri": ["http://localhost/cb"],
        "scope": ["openid profile"],
        "code": ["the-code"],
        "code_verifier": [PENDING.verifier],
        "client_secret": ["the-secret"],
    }
    assert userinfo.headers["authorization"] == "Bearer the-token"
    assert [request.headers["traceparent"] for request in sent] == ["00-1-1-01"] * 2


def test_a_public_client_without_pkce_sends_neither_secret_nor_verifier() -> None:
    sent: list[httpx.Request] = []

    finish(party(pkce=Pkce.NONE), pending=Pending("s", None), sent=sent)

    assert not {"client_secret", "code_verifier"} & parse_qs(sent[0].content.decode()).keys()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (json_answer(400, {"error": "invalid_grant"}), "invalid_grant"),
        (json_answer(500, {"access_token": "t"}), "HTTP 500"),
        (json_answer(200, {"token_type": "Bearer"}), "HTTP 200"),
        (json_answer(200, ["access_token"]), "HTTP 200"),
        (lambda request: httpx.Response(502, text="<html>"), "HTTP 502"),
    ],
)
def test_an_answer_without_a_token_ends_the_login(answer: Answer, reason: str) -> None:
    sent: list[httpx.Request] = []

    with pytest.raises(LoginFailedError, match=reason):
        finish(party(), token=answer, sent=sent)
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (json_answer(401, {"sub": "alice-1"}), "userinfo answered 401"),
        (json_answer(200, {}), "who the user is"),
        (json_answer(200, {"sub": ""}), "who the user is"),
        (json_answer(200, ["sub"]), "who the user is"),
        (lambda request: httpx.Response(200, text="<html>"), "who the user is"),
    ],
)
def test_nobody_is_signed_in_whom_userinfo_does_not_name(answer: Answer, reason: str) -> None:
    with pytest.raises(LoginFailedError, match=reason):
        finish(party(), userinfo=answer)


@pytest.mark.parametrize("endpoint", ["token", "userinfo"])
def test_a_provider_that_does_not_answer_ends_the_login(endpoint: str) -> None:
    def silence(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    answers: dict[str, Any] = {endpoint: silence}
    with pytest.raises(LoginFailedError, match=r"did not answer \(ReadTimeout\)"):
        finish(party(), **answers)
