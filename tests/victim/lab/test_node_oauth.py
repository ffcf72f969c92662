"""@node-oauth/oauth2-server: honest logins at both versions, the published flaw at one of them."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import challenge_of, honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]

VULNERABLE, FIXED = "node-oauth-5.2.1", "node-oauth-5.3.0"


@pytest.fixture(params=[VULNERABLE, FIXED])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


def test_a_refresh_token_is_good_for_another_access_token_of_who_can_authenticate(
    target: Path,
) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "confidential") as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"


def test_another_redirect_uri_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest, pytest.raises(AssertionError, match="no form"):
        honest.log_in(redirect_uri="https://evil.test/callback")


def test_one_version_takes_a_short_verifier_and_the_other_does_not(
    start: Callable[[str], Path],
) -> None:
    statuses = {}
    for name in (VULNERABLE, FIXED):
        with honest_client(start(name), "public") as honest:
            code = honest.log_in(code_challenge=challenge_of("123"))["code"]
            statuses[name] = honest.redeem(code, "123").status_code

    assert statuses == {VULNERABLE: 200, FIXED: 400}


def test_one_version_lets_a_verifier_be_guessed_again_and_the_other_burns_the_code(
    start: Callable[[str], Path],
) -> None:
    statuses = {}
    for name in (VULNERABLE, FIXED):
        verifier = secrets.token_urlsafe(48)
        with honest_client(start(name), "public") as honest:
            code = honest.log_in(verifier=verifier)["code"]
            wrong = honest.redeem(code, secrets.token_urlsafe(48))
            assert wrong.json()["error"] == "invalid_grant"
            statuses[name] = honest.redeem(code, verifier).status_code

    assert statuses == {VULNERABLE: 200, FIXED: 400}


def test_a_user_who_declines_sends_the_client_away(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.victim.lab.honest.AGREES", ("deny",))
    with honest_client(target, "public") as honest:
        assert honest.log_in()["error"] == "access_denied"
