"""oidc-provider: every client logs in, and it is as strict as its documentation says."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]


@pytest.fixture
def target(start: Callable[[str], Path]) -> Path:
    return start("oidc-provider")


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_refresh_token_is_issued_and_good_for_another_access_token(
    target: Path, client: str
) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"


def test_a_request_without_a_challenge_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        answer = honest.log_in(code_challenge=None, code_challenge_method=None)

    assert answer["error"] == "invalid_request"


def test_a_wrong_password_keeps_the_user_out(target: Path) -> None:
    with honest_client(target, "public") as honest:
        honest.target["accounts"]["victim"]["password"] = {"file": "secrets/mallory"}

        with pytest.raises(AssertionError, match="keeps the user"):
            honest.log_in()


def test_a_user_who_declines_sends_the_client_away(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.victim.lab.honest.AGREES", ("deny",))
    with honest_client(target, "public") as honest:
        assert honest.log_in()["error"] == "access_denied"
