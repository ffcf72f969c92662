import asyncio
import re
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.victim.client.conftest import ENTRY, HABITS, ISSUER, PROVIDER, query
from victim.client import Endpoint, Habits, Provider, verifiers
from victim.client.answer import Answer
from victim.client.endpoint import ARTICLE_VERIFIER
from victim.client.errors import LoginFailedError
from victim.client.relying_party import RelyingParty
from victim.client.states import PREDICTABLE_STATE, Login
from victim.identity_provider.pkce import s256

LOGIN = Login("the-state", "v" * 43, "the-nonce")
ANSWER = Answer(state="the-state", code="the-code", iss=ISSUER)
REFERENCE = "urn:ietf:params:oauth:request_uri:the-reference"
SERVICE = "https://service.test/api"
CLAIMS = {"sub": "alice-1", "name": "Alice"}
NO_VERIFIER = {"pkce_unused"}
NO_CHALLENGE = {"pkce_unused", "challenge_lost"}


def party(
    *habits: str,
    secret: str | None = None,
    learned: list[tuple[str, str]] | None = None,
    provider: Provider = PROVIDER,
) -> RelyingParty:
    heard = learned if learned is not None else []
    on = Habits(**dict.fromkeys(habits, True))
    endpoint = Endpoint("/login", "contoso", ENTRY, provider, on, secret)
    return RelyingParty(endpoint, lambda kind, value: heard.append((kind, value)))


def started(party: RelyingParty, *of: str) -> tuple[str, Login]:
    """How a login starts where nobody has to be asked for that."""

    async def run() -> tuple[str, Login]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(_refuse)) as http:
            return await party.start(http, {}, *of)

    return asyncio.run(run())


def _refuse(request: httpx.Request) -> httpx.Response:
    pytest.fail(f"{request.url} was asked")


class Canned:
    """A provider that says what it is told to. ``sent`` is what it was asked."""

    def __init__(
        self,
        key: RSAKey | ECKey,
        userinfo: Mapping[str, Any] = CLAIMS,
        alg: str = "RS256",
        **id_token: Any,
    ) -> None:
        now = time.time()
        claims = {"iss": ISSUER, "sub": "alice-1", "aud": "contoso", "exp": now + 60}
        signed = jwt.encode(
            {"alg": alg, "kid": key.kid},
            claims | {"nonce": "the-nonce"} | id_token,
            key,
            algorithms=[alg],
        )
        self.sent: list[httpx.Request] = []
        self._answers = {
            PROVIDER.token_endpoint: {"access_token": "the-token", "id_token": signed},
            PROVIDER.jwks_uri: KeySet([key]).as_dict(private=False),
            PROVIDER.userinfo_endpoint: userinfo,
            PROVIDER.pushed_request_endpoint: {"request_uri": REFERENCE},
            SERVICE: {},
        }

    def start(self, party: RelyingParty) -> tuple[str, Login]:
        """How a login starts at this provider."""

        async def run() -> tuple[str, Login]:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self._answer)) as http:
                return await party.start(http, {"traceparent": "00-1-1-01"})

        return asyncio.run(run())

    def finish(
        self, party: RelyingParty, answer: Answer = ANSWER, login: Login = LOGIN
    ) -> dict[str, str]:
        """How a login ends at this provider."""

        async def run() -> dict[str, str]:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self._answer)) as http:
                return await party.finish(answer, login, http, {"traceparent": "00-1-1-01"})

        return asyncio.run(run())

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        status = 201 if str(request.url) == PROVIDER.pushed_request_endpoint else 200
        return httpx.Response(status, json=self._answers[str(request.url)])


type Make = Callable[..., Canned]


@pytest.fixture
def canned(signing_key: RSAKey) -> Make:
    """A factory: the provider by what its ID token and its userinfo say."""

    def make(**said: Any) -> Canned:
        return Canned(signing_key, **said)

    return make


def test_the_authorization_request_is_that_of_rfc_6749_and_7636_and_of_openid() -> None:
    url, login = started(party())

    assert login.verifier is not None
    assert url.startswith(f"{ISSUER}/authorize?")
    assert query(url) == {
        "client_id": "contoso",
        "response_type": "code",
        "redirect_uri": ENTRY,
        "scope": "openid profile",
        "state": login.state,
        "nonce": login.nonce,
        "code_challenge": s256(login.verifier),
        "code_challenge_method": "S256",
    }
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", login.verifier)


def test_a_client_that_relies_on_pkce_sends_no_nonce() -> None:
    url, login = started(party("csrf_by_pkce"))

    assert login.nonce is None
    assert query(url).keys() >= {"state"}
    assert "nonce" not in query(url)
    assert "code_challenge" in query(url)


def test_a_hybrid_flow_has_a_nonce_whatever_else_the_client_does() -> None:
    for habit in ("csrf_by_pkce", "verifier_in_state"):
        assert query(started(party(habit, "hybrid_flow"))[0])["nonce"]


def test_with_plain_the_challenge_is_the_verifier() -> None:
    url, login = started(party("plain_used"))

    assert query(url)["code_challenge"] == login.verifier
    assert query(url)["code_challenge_method"] == "plain"


@pytest.mark.parametrize("habit", HABITS)
def test_verifier_and_challenge_are_there_unless_a_habit_drops_them(habit: str) -> None:
    url, login = started(party(habit))

    assert (login.verifier is None) is (habit in NO_VERIFIER)
    sent = {name for name in query(url) if name.startswith("code_challenge")}
    expected = set() if habit in NO_CHALLENGE else {"code_challenge", "code_challenge_method"}
    assert sent == expected


@pytest.mark.parametrize("habit", HABITS)
def test_a_login_is_new_every_time_in_all_that_its_habit_leaves_new(
    habit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifiers.time, "time", lambda: 1_800_000_000.0)
    client = party(habit)
    (_, one), (_, other) = started(client), started(client)

    same = {
        name
        for name in ("state", "verifier", "nonce")
        if getattr(one, name) == getattr(other, name)
    }
    assert same == {
        "pkce_unused": {"verifier"},  # there is none
        "verifier_fixed": {"verifier"},
        "verifier_guessable": {"verifier"},
        "verifier_reused": {"verifier"},
        "state_missing": {"state"},
        "state_predictable": {"state"},
        "verifier_in_state": {"nonce"},  # there is none
    }.get(habit, set())


def test_the_fixed_verifier_is_the_same_for_everybody_and_the_state_is_not() -> None:
    (_, one), (_, other) = (started(party("verifier_fixed")) for _ in range(2))

    assert one.verifier == other.verifier == ARTICLE_VERIFIER
    assert one.state != other.state


@pytest.mark.parametrize("habit", [*HABITS, "encrypted_state"])
def test_every_secret_of_a_login_is_learned_before_the_url_is_handed_out(habit: str) -> None:
    learned: list[tuple[str, str]] = []

    _, login = started(party(habit, secret="the-secret", learned=learned))

    secrets = {
        ("client_secret", "the-secret"),
        ("code_verifier", login.verifier),
        ("state", login.state),
        ("nonce", login.nonce),
    }
    assert set(learned) == {(kind, value) for kind, value in secrets if value is not None}


def test_whose_login_it_is_goes_into_what_is_remembered() -> None:
    bound = party("encrypted_state")
    _, login = started(bound, "alice's browser", "the-session")

    assert login.for_session == "the-session"
    assert bound.states.login_in(login.state or "", "alice's browser") == login
    assert bound.states.login_in(login.state or "", "mallory's browser") is None


def test_a_predictable_state_is_sent_as_it_is() -> None:
    assert query(started(party("state_predictable"))[0])["state"] == PREDICTABLE_STATE
    assert "state" not in query(started(party("state_missing"))[0])


@pytest.mark.parametrize("secret", [None, "the-secret"], ids=["public", "confidential"])
def test_a_request_that_is_pushed_leaves_the_browser_a_reference(
    canned: Make, secret: str | None
) -> None:
    provider = canned()

    url, login = provider.start(party("pushed_requests", secret=secret))

    assert query(url) == {"client_id": "contoso", "request_uri": REFERENCE}
    (push,) = provider.sent
    form = {name: value for name, (value,) in parse_qs(push.content.decode()).items()}
    plain, _ = started(party())
    assert form.keys() == query(plain).keys() | ({"client_secret"} if secret else set())
    assert (form["state"], form["nonce"]) == (login.state, login.nonce)
    assert push.headers["traceparent"] == "00-1-1-01"


def test_a_code_is_redeemed_and_the_user_named(canned: Make) -> None:
    provider = canned()

    assert provider.finish(party(secret="the-secret")) == CLAIMS

    redemption, keys, userinfo = provider.sent
    assert str(redemption.url) == PROVIDER.token_endpoint
    assert parse_qs(redemption.content.decode()) == {
        "grant_type": ["authorization_code"],
        "client_id": ["contoso"],
        "redirect_uri": [ENTRY],
        "scope": ["openid profile"],
        "code": ["the-code"],
        "code_verifier": [LOGIN.verifier],
        "client_secret": ["the-secret"],
    }
    assert str(keys.url) == PROVIDER.jwks_uri
    assert userinfo.headers["authorization"] == "Bearer the-token"
    assert [request.headers["traceparent"] for request in provider.sent] == ["00-1-1-01"] * 3


def test_a_public_client_without_pkce_sends_neither_secret_nor_verifier(canned: Make) -> None:
    provider = canned()

    provider.finish(party("pkce_unused"), login=replace(LOGIN, verifier=None))

    form = parse_qs(provider.sent[0].content.decode())
    assert not {"client_secret", "code_verifier"} & form.keys()


@pytest.mark.parametrize(
    "answer",
    [replace(ANSWER, iss="https://evil.test"), replace(ANSWER, code=""), Answer(error="denied")],
    ids=["another provider", "no code", "an error"],
)
def test_an_answer_that_is_not_accepted_ends_the_login_without_a_request(
    canned: Make, answer: Answer
) -> None:
    provider = canned()

    with pytest.raises(LoginFailedError):
        provider.finish(party(), answer)
    assert provider.sent == []


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.test"}, "wrong iss"),
        ({"aud": "evil-app"}, "wrong aud"),
        ({"exp": 1}, "expired"),
        ({"nonce": "of-another-login"}, "wrong nonce"),
    ],
    ids=str,
)
def test_an_id_token_that_is_not_believed_ends_the_login_before_userinfo_is_asked(
    canned: Make, claims: dict[str, object], reason: str
) -> None:
    provider = canned(**claims)

    with pytest.raises(LoginFailedError, match=reason):
        provider.finish(party())
    assert PROVIDER.userinfo_endpoint not in [str(request.url) for request in provider.sent]


def test_a_client_that_compares_no_nonce_takes_the_answer_to_another_login(canned: Make) -> None:
    provider = canned(nonce="of-another-login")

    assert provider.finish(party("nonce_unchecked")) == CLAIMS


def test_a_nonce_that_the_provider_does_not_repeat_is_not_missed(canned: Make) -> None:
    provider = canned(nonce=None)
    silent = replace(PROVIDER, nonce_repeated=False)

    assert provider.finish(party(provider=silent)) == CLAIMS
    with pytest.raises(LoginFailedError, match="wrong nonce"):
        provider.finish(party())


def test_userinfo_must_speak_of_the_user_of_the_id_token(canned: Make) -> None:
    with pytest.raises(LoginFailedError, match="another user"):
        canned(userinfo={"sub": "mallory-1"}).finish(party())


def test_the_keys_of_the_provider_are_asked_for_once(canned: Make) -> None:
    client, provider = party(), canned()
    provider.finish(client)
    provider.finish(client)

    assert [str(request.url) for request in provider.sent].count(PROVIDER.jwks_uri) == 1


def registered(learned: list[tuple[str, str]] | None = None, **changes: Any) -> RelyingParty:
    """A client that is registered at a provider of somebody else's."""
    endpoint = replace(Endpoint("/login", "contoso", ENTRY, PROVIDER), **changes)
    return RelyingParty(endpoint, lambda kind, value: (learned or []).append((kind, value)))


@pytest.mark.parametrize(
    ("client_id", "secret", "pair"),
    [
        ("contoso", "the-secret", "contoso:the-secret"),
        ("contoso", "p%c/ü&=+ :", "contoso:p%25c%2F%C3%BC%26%3D%2B+%3A"),
        ("https://contoso.test", "s", "https%3A%2F%2Fcontoso.test:s"),
    ],
)
def test_by_http_basic_name_and_secret_are_form_encoded_first(
    canned: Make, client_id: str, secret: str, pair: str
) -> None:
    # RFC 6749 section 2.3.1 and appendix B.
    provider = canned(aud=client_id)

    provider.finish(registered(client_id=client_id, client_secret=secret, secret_in_header=True))

    redemption, *others = provider.sent
    basic = redemption.headers["authorization"].removeprefix("Basic ")
    assert b64decode(basic).decode() == pair
    form = parse_qs(redemption.content.decode())
    assert not {"client_id", "client_secret"} & form.keys()
    assert not [each for each in others if "Basic" in each.headers.get("authorization", "")]


def test_a_form_may_name_the_client_beside_http_basic(canned: Make) -> None:
    provider = canned()

    provider.finish(
        registered(client_secret="the-secret", secret_in_header=True, named_in_form=True)
    )

    form = parse_qs(provider.sent[0].content.decode())
    assert form["client_id"] == ["contoso"]
    assert "client_secret" not in form
    assert "Basic" in provider.sent[0].headers["authorization"]


def test_by_http_basic_a_request_is_pushed_too(canned: Make) -> None:
    provider = canned()
    habits = Habits(pushed_requests=True)

    provider.start(registered(habits=habits, client_secret="the-secret", secret_in_header=True))

    (push,) = provider.sent
    assert push.headers["authorization"].startswith("Basic ")
    assert b"client_secret" not in push.content
    assert b"client_id=" in push.content  # RFC 9126 section 2.1: of the request that it pushes


def test_a_public_client_has_nothing_to_put_into_a_header(canned: Make) -> None:
    provider = canned()

    provider.finish(registered(secret_in_header=True))

    assert "authorization" not in provider.sent[0].headers


def test_nobody_is_sent_a_nonce_who_gives_no_id_token() -> None:
    # Some servers refuse it where the scope has no openid (OpenID Connect Core section 3.1.2.1).
    url, login = started(registered(provider=replace(PROVIDER, openid=False)))

    assert login.nonce is None
    assert "nonce" not in query(url)
    assert "nonce" in query(started(registered())[0])


def test_an_authorization_endpoint_keeps_the_query_that_it_has() -> None:
    # RFC 6749 section 3.1.
    there = replace(PROVIDER, authorization_endpoint=f"{ISSUER}/authorize?tenant=demo")

    url, login = started(registered(provider=there))

    assert url.startswith(f"{ISSUER}/authorize?tenant=demo&")
    assert query(url)["state"] == login.state


def test_without_openid_userinfo_alone_says_who_the_user_is(canned: Make) -> None:
    plain = replace(PROVIDER, openid=False)
    provider = canned(nonce="of-another-login", iss="https://evil.test")

    assert provider.finish(registered(provider=plain)) == CLAIMS

    asked = [str(request.url) for request in provider.sent]
    assert asked == [PROVIDER.token_endpoint, PROVIDER.userinfo_endpoint]


def test_the_user_is_named_where_the_provider_names_its_users(canned: Make) -> None:
    elsewhere = replace(PROVIDER, openid=False, subject="user.id")
    provider = canned(userinfo={"user": {"id": 7}, "sub": "somebody"})

    assert provider.finish(registered(provider=elsewhere))["sub"] == "7"


@pytest.mark.parametrize("alg", ["PS256", "ES256"])
def test_another_algorithm_is_believed_where_the_provider_says_that_it_uses_it(
    canned: Make, alg: str
) -> None:
    of_rsa = RSAKey.generate_key(2048, {"kid": "of-no-algorithm"})
    key = of_rsa if alg == "PS256" else ECKey.generate_key("P-256", {"kid": "on-a-curve"})
    stronger = replace(PROVIDER, algorithms=(alg,))

    assert Canned(key, alg=alg).finish(registered(provider=stronger)) == CLAIMS
    with pytest.raises(LoginFailedError, match="not signed by the provider"):
        Canned(key, alg=alg).finish(registered())
    with pytest.raises(LoginFailedError, match="not signed by the provider"):
        canned().finish(registered(provider=stronger))


def test_whoever_wants_more_than_one_access_token_asks_for_that_and_is_asked() -> None:
    asked, _ = started(registered(lasting=True))

    assert query(asked)["scope"] == "openid profile offline_access"
    assert query(asked)["prompt"] == "consent"  # OpenID Connect Core section 11
    assert "prompt" not in query(started(registered())[0])


@pytest.mark.parametrize("secret", [None, "the-secret"], ids=["public", "confidential"])
def test_a_service_is_called_with_a_token_that_was_asked_for_it_alone(
    canned: Make, secret: str | None
) -> None:
    endpoint = Endpoint("/login", "contoso", ENTRY, PROVIDER, Habits(), secret, resource=SERVICE)
    party, provider = RelyingParty(endpoint, lambda kind, value: None), canned()

    assert query(started(party)[0])["scope"] == "openid profile offline_access"
    assert provider.finish(party) == CLAIMS

    *_, refresh, call = provider.sent
    form = {name: value for name, (value,) in parse_qs(refresh.content.decode()).items()}
    assert (form["grant_type"], form["resource"]) == ("refresh_token", SERVICE)
    assert form.get("client_secret") == secret
    assert str(call.url) == SERVICE
    assert call.headers["authorization"] == "Bearer the-token"
    assert call.headers["traceparent"] == "00-1-1-01"


def test_a_client_that_calls_no_service_asks_for_no_more_than_it_needs(canned: Make) -> None:
    provider = canned()

    assert query(started(party())[0])["scope"] == "openid profile"
    provider.finish(party())

    assert [str(request.url) for request in provider.sent][-1] == PROVIDER.userinfo_endpoint


def test_reached_under_another_host_it_asks_and_redeems_for_an_answer_there(canned: Make) -> None:
    usual, provider = party(), canned()
    moved = usual.reached_under("evil.test")

    asked, _ = started(moved)
    provider.finish(moved)
    redeemed = parse_qs(provider.sent[0].content.decode())

    assert query(asked)["redirect_uri"] == "https://evil.test/login"
    assert redeemed["redirect_uri"] == ["https://evil.test/login"]
    assert query(started(usual)[0])["redirect_uri"] == ENTRY
    assert usual.reached_under("") is usual
