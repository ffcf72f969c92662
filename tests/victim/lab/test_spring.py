"""Spring Authorization Server: honest logins at both versions, the published flaw at one."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import honest_client, subject_of_a_login

pytestmark = [pytest.mark.idps, pytest.mark.timeout(900)]

VULNERABLE, FIXED = "spring-authorization-server-1.2.2", "spring-authorization-server-1.2.3"
WITHOUT: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture(params=[VULNERABLE, FIXED])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


def test_a_client_with_a_secret_gets_a_refresh_token(target: Path) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "confidential") as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"


@pytest.mark.parametrize("client", ["public", "confidential"])
def test_a_wrong_verifier_is_refused(target: Path, client: str) -> None:
    with honest_client(target, client) as honest:
        answer = honest.redeem(honest.log_in()["code"], secrets.token_urlsafe(48))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_public_clients_need_a_challenge_and_those_with_a_secret_do_not(target: Path) -> None:
    with honest_client(target, "public") as honest:
        assert honest.log_in(**WITHOUT)["error"] == "invalid_request"
    with honest_client(target, "confidential") as honest:
        assert honest.redeem(honest.log_in(**WITHOUT)["code"], None).status_code == 200


@pytest.mark.parametrize(("name", "status"), [(VULNERABLE, 200), (FIXED, 400)])
def test_one_version_redeems_a_code_without_a_challenge_with_a_verifier(
    start: Callable[[str], Path], name: str, status: int
) -> None:
    with honest_client(start(name), "confidential") as honest:
        code = honest.log_in(**WITHOUT)["code"]

        assert honest.redeem(code, secrets.token_urlsafe(48)).status_code == status


def test_a_wrong_password_keeps_the_user_out(target: Path) -> None:
    with honest_client(target, "public") as honest:
        honest.target["accounts"]["victim"]["password"] = {"file": "secrets/mallory"}

        with pytest.raises(AssertionError, match="keeps the user"):
            honest.log_in()
