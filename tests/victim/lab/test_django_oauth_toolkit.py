"""django-oauth-toolkit: honest logins at both settings, and what the setting changes."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]

STRICT, LAX = "django-oauth-toolkit", "django-oauth-toolkit-lax"


@pytest.fixture(params=[STRICT, LAX])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    victim, attacker = (subject_of_a_login(target, client, who) for who in ("victim", "attacker"))

    assert [victim, attacker] == ["1", "2"]  # it names users by their place in its table


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_refresh_token_is_good_for_another_access_token(target: Path, client: str) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "1"


def test_a_wrong_verifier_is_refused_and_does_not_burn_the_code(target: Path) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "public") as honest:
        code = honest.log_in(verifier=verifier)["code"]

        assert honest.redeem(code, secrets.token_urlsafe(48)).json()["error"] == "invalid_grant"
        assert honest.redeem(code, verifier).status_code == 200


def test_another_redirect_uri_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest, pytest.raises(AssertionError, match="400"):
        honest.log_in(redirect_uri="https://evil.test/callback")


def test_one_setting_demands_a_challenge(start: Callable[[str], Path]) -> None:
    with honest_client(start(STRICT), "public") as honest:
        answer = honest.log_in(code_challenge=None, code_challenge_method=None)

    assert answer["error"] == "invalid_request"


def test_the_other_redeems_a_code_without_one_whatever_verifier_comes(
    start: Callable[[str], Path],
) -> None:
    with honest_client(start(LAX), "public") as honest:
        code = honest.log_in(code_challenge=None, code_challenge_method=None)["code"]

        assert honest.redeem(code, secrets.token_urlsafe(48)).status_code == 200
