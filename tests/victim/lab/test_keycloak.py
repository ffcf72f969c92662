"""Keycloak: every client logs in; PKCE is optional for new clients, required where it is set."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import HonestClient, challenge_of, honest_client

pytestmark = [pytest.mark.idps, pytest.mark.timeout(900)]

DEFAULT, REQUIRED = "keycloak", "keycloak-s256"
WITHOUT: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture(params=[DEFAULT, REQUIRED])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


def whose(honest: HonestClient, token: str) -> str:
    """The name of a token's user; its subject is a number that Keycloak makes up."""
    honest.target["resource"] = {"subject": "preferred_username"}
    return honest.subject(token)


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_tokens_that_show_whose_they_are(target: Path, client: str) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        for account, name in (("victim", "alice"), ("attacker", "mallory")):
            code = honest.log_in(account, verifier)["code"]
            tokens = honest.redeem(code, verifier).json()
            renewed = honest.refresh(tokens["refresh_token"]).json()

            assert whose(honest, tokens["access_token"]) == name
            assert whose(honest, renewed["access_token"]) == name


def test_a_wrong_verifier_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        answer = honest.redeem(honest.log_in()["code"], secrets.token_urlsafe(48))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_new_client_may_leave_the_challenge_out(
    start: Callable[[str], Path], client: str
) -> None:
    with honest_client(start(DEFAULT), client) as honest:
        answer = honest.redeem(honest.log_in(**WITHOUT)["code"], None)

    assert answer.status_code == 200


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_client_with_the_method_set_must_send_a_challenge_of_that_method(
    start: Callable[[str], Path], client: str
) -> None:
    verifier = secrets.token_urlsafe(48)
    plain: dict[str, str | None] = {"code_challenge": verifier, "code_challenge_method": "plain"}
    with honest_client(start(REQUIRED), client) as honest:
        assert honest.log_in(**WITHOUT)["error"] == "invalid_request"
        assert honest.log_in(**plain)["error"] == "invalid_request"


def test_a_wrong_password_keeps_the_user_out(target: Path) -> None:
    with honest_client(target, "public") as honest:
        honest.target["accounts"]["victim"]["password"] = {"file": "secrets/mallory"}

        with pytest.raises(AssertionError, match="keeps the user"):
            honest.log_in(code_challenge=challenge_of(secrets.token_urlsafe(48)))
