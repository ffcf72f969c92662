"""Authlib's server: honest logins, and where it asks for PKCE."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import challenge_of, honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]


@pytest.fixture
def target(start: Callable[[str], Path]) -> Path:
    return start("authlib")


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_refresh_token_is_good_once_for_another_access_token(target: Path, client: str) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"
        assert honest.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_code_without_a_challenge_is_issued_but_not_redeemed(target: Path) -> None:
    for verifier in (None, secrets.token_urlsafe(48)):
        with honest_client(target, "public") as honest:
            code = honest.log_in(code_challenge=None, code_challenge_method=None)["code"]

            assert honest.redeem(code, verifier).json()["error"] == "invalid_request"


def test_a_verifier_that_is_too_short_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        code = honest.log_in(code_challenge=challenge_of("123"))["code"]

        assert honest.redeem(code, "123").json()["error"] == "invalid_request"


def test_a_secret_in_the_form_is_refused_of_a_client_that_uses_basic(target: Path) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "confidential") as honest:
        code = honest.log_in(verifier=verifier)["code"]
        honest.own["authentication"] = "client_secret_post"

        assert honest.redeem(code, verifier).json()["error"] == "invalid_client"


def test_a_client_may_look_at_its_own_token_and_end_it(target: Path) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "confidential") as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        own = (honest.own["client_id"], (target.parent / "secrets/demo-confidential").read_text())
        form = {"token": tokens["access_token"]}

        def ask(endpoint: str) -> dict[str, object]:
            answer = honest.http.post(honest.provider[f"{endpoint}_endpoint"], data=form, auth=own)
            assert answer.status_code == 200
            return dict(answer.json())

        assert ask("introspection")["sub"] == "alice"
        assert ask("revocation") == {}
        assert ask("introspection") == {"active": False}


def test_a_form_that_was_not_sent_from_its_page_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        issuer = honest.provider["issuer"]

        assert honest.http.post(f"{issuer}/login", data={"username": "alice"}).status_code == 403
        assert honest.http.post(f"{issuer}/oauth/authorize").status_code == 403
