"""workers-oauth-provider: honest logins at both versions, the published flaws at one of them."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(600)]

VULNERABLE, FIXED = "workers-oauth-provider-0.0.4", "workers-oauth-provider-0.0.5"


@pytest.fixture(params=[VULNERABLE, FIXED])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


@pytest.mark.parametrize("client", ["public", "confidential", "spa", "dynamic"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


@pytest.mark.parametrize("client", ["public", "confidential"])
def test_a_refresh_token_is_issued_and_good_for_another_access_token(
    target: Path, client: str
) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"


def test_a_wrong_verifier_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        answer = honest.redeem(honest.log_in()["code"], secrets.token_urlsafe(48))

    assert answer.json()["error"] == "invalid_grant"


def test_one_version_sends_a_code_to_any_address(start: Callable[[str], Path]) -> None:
    elsewhere = "https://evil.test/callback"
    with honest_client(start(VULNERABLE), "public") as honest:
        assert "code" in honest.log_in(redirect_uri=elsewhere)

    with (
        honest_client(start(FIXED), "public") as honest,
        pytest.raises(AssertionError, match="Invalid redirect URI"),
    ):
        honest.log_in(redirect_uri=elsewhere)


@pytest.mark.parametrize(("name", "status"), [(VULNERABLE, 200), (FIXED, 400)])
def test_one_version_redeems_a_code_without_a_challenge_with_a_verifier(
    start: Callable[[str], Path], name: str, status: int
) -> None:
    with honest_client(start(name), "public") as honest:
        code = honest.log_in(code_challenge=None, code_challenge_method=None)["code"]

        assert honest.redeem(code, secrets.token_urlsafe(48)).status_code == status


def test_a_form_without_its_token_is_refused(target: Path) -> None:
    with honest_client(target, "public") as honest:
        query = {"client_id": honest.own["client_id"], "redirect_uri": honest.redirect_uri}
        url = honest.provider["authorization_endpoint"]
        password = (target.parent / "secrets/alice").read_text()
        form = {"username": "alice", "password": password, "csrf": "guessed"}

        assert honest.http.post(url, params=query, data=form).status_code == 403
        assert "Sign in" in honest.http.get(url, params=query).text


def test_a_user_who_declines_sends_the_client_away(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.victim.lab.honest.AGREES", ("deny",))
    with honest_client(target, "public") as honest:
        answer = honest.log_in(state="mine")

    assert answer == {"error": "access_denied", "state": "mine"}
