"""A target file names its clients, its accounts, and where their secrets lie."""

import tomllib
from pathlib import Path

import pytest

from victim.lab.target_file import REDIRECT_URI, target_text
from victim.lab.workshop import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "state", tmp_path / "packages", lambda line: None)


def test_it_has_three_clients_two_accounts_and_no_secret(workshop: Workshop) -> None:
    text = target_text(workshop)
    target = tomllib.loads(text)

    assert target["provider"] == {
        "issuer": workshop.url,
        "hosts": [f"127.0.0.1:{workshop.port}"],
    }
    assert {name: client["type"] for name, client in target["clients"].items()} == {
        "public": "public",
        "confidential": "confidential",
        "spa": "single-page",
    }
    assert all(one["redirect_uris"] == [REDIRECT_URI] for one in target["clients"].values())
    assert target["accounts"]["victim"]["username"] == "alice"
    assert target["accounts"]["attacker"]["username"] == "mallory"
    secret = target["clients"]["confidential"]["secret"]["file"]
    assert (workshop.state / secret).read_text() not in text
    assert (workshop.state / target["accounts"]["victim"]["password"]["file"]).exists()
    assert "secret" not in target["clients"]["spa"]


def test_what_a_server_says_of_its_own_comes_on_top(workshop: Workshop) -> None:
    text = target_text(
        workshop,
        {"issuer": 'http://localhost/"realm"', "discovery": False},
        scope="profile",
        clients={"public": {"client_id": "made-here"}},
        resource={"url": f"{workshop.url}/me", "subject": "user.id"},
        login={"submit_button": "#kc-login"},
    )
    target = tomllib.loads(text)

    assert target["provider"]["issuer"] == 'http://localhost/"realm"'
    assert target["provider"]["discovery"] is False
    assert target["clients"]["public"]["client_id"] == "made-here"
    assert target["clients"]["spa"] | {"scope": "profile"} == target["clients"]["spa"]
    assert target["resource"]["subject"] == "user.id"
    assert target["login"]["submit_button"] == "#kc-login"


def test_there_can_be_more_clients_than_three(workshop: Workshop) -> None:
    dynamic = {"type": "public", "register": True, "redirect_uris": [REDIRECT_URI]}

    target = tomllib.loads(target_text(workshop, clients={"dynamic": dynamic}))

    assert target["clients"]["dynamic"] == dynamic
    assert len(target["clients"]) == 4
