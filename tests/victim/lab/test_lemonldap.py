"""LemonLDAP::NG: honest logins at both settings, and what the setting changes."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.victim.lab.honest import honest_client, subject_of_a_login
from victim.lab import lemonldap
from victim.lab.server import LabError
from victim.lab.workshop import Workshop

DEFAULT, STRICT = "lemonldap-ng", "lemonldap-ng-pkce"

idps = [pytest.mark.idps, pytest.mark.timeout(600)]


@pytest.fixture(params=[pytest.param(name, marks=idps) for name in (DEFAULT, STRICT)])
def target(start: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    return start(request.param)


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_login_gives_a_token_that_shows_whose_it_is(target: Path, client: str) -> None:
    assert subject_of_a_login(target, client, "victim") == "alice"
    assert subject_of_a_login(target, client, "attacker") == "mallory"


@pytest.mark.parametrize("client", ["public", "confidential", "spa"])
def test_a_refresh_token_is_good_for_another_access_token(target: Path, client: str) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        tokens = honest.redeem(honest.log_in(verifier=verifier)["code"], verifier).json()
        renewed = honest.refresh(tokens["refresh_token"]).json()

        assert honest.subject(renewed["access_token"]) == "alice"


def test_a_code_is_good_once(target: Path) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, "public") as honest:
        code = honest.log_in(verifier=verifier)["code"]

        assert honest.redeem(code, verifier).status_code == 200
        assert honest.redeem(code, verifier).json()["error"] == "invalid_grant"


def test_another_redirect_uri_is_refused_on_a_page_with_status_200(target: Path) -> None:
    with honest_client(target, "public") as honest, pytest.raises(AssertionError, match="200 and"):
        honest.log_in(redirect_uri="https://evil.test/callback")


@pytest.mark.idps
@pytest.mark.timeout(600)
def test_one_setting_redeems_with_a_wrong_verifier_and_the_other_does_not(
    start: Callable[[str], Path],
) -> None:
    statuses = {}
    for name in (DEFAULT, STRICT):
        with honest_client(start(name), "public") as honest:
            code = honest.log_in()["code"]
            statuses[name] = honest.redeem(code, secrets.token_urlsafe(48)).status_code

    assert statuses == {DEFAULT: 200, STRICT: 400}


@pytest.mark.idps
@pytest.mark.timeout(600)
def test_a_wrong_verifier_burns_the_code(start: Callable[[str], Path]) -> None:
    verifier = secrets.token_urlsafe(48)
    with honest_client(start(STRICT), "public") as honest:
        code = honest.log_in(verifier=verifier)["code"]
        honest.redeem(code, secrets.token_urlsafe(48))

        assert honest.redeem(code, verifier).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("found", ["2.21.1+ds-1", "2.16.10", ""])
def test_another_version_than_the_pinned_one_is_refused(
    found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("victim.lab.debian.install", lambda workshop, packages: None)
    monkeypatch.setattr("victim.lab.debian.version", lambda package: found)
    workshop = Workshop(tmp_path / "state", tmp_path / "packages", lambda line: None)

    for server in lemonldap.SERVERS:
        with pytest.raises(LabError, match=r"not 2\.16\.1\. Start it on Debian 12"):
            server.prepare(workshop)
