"""What a target file alone says about which attacks apply, and that it never says too little."""

from pathlib import Path

import pytest

from reports.records import Observation
from scenarios.assessment.foretold import foretold
from scenarios.assessment.planning import assessed
from scenarios.targets.reading import read_target

TARGET = """\
[provider]
issuer = "http://127.0.0.1:1"

[accounts.victim]
username = "alice"
password = { env = "NOWHERE_SET" }

[clients.web]
type = "confidential"
client_id = "demo-web"
secret = { env = "NOWHERE_SET" }
redirect_uris = ["https://app.example.com/callback"]
"""
ATTACKER = '[accounts.attacker]\nusername = "mallory"\npassword = { env = "NOWHERE_SET" }\n'
APP = """\
[clients.app]
type = "public"
register = true
redirect_uris = ["com.example.app:/callback"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "demo.idp.toml"


def applying(path: Path, text: str) -> dict[str, set[str]]:
    path.write_text(text)
    found: dict[str, set[str]] = {}
    for cell in foretold(read_target(path)):
        if cell.expected is not Observation.NOT_APPLICABLE:
            found.setdefault(cell.posture, set()).add(cell.scenario)
    return found


def test_every_scenario_is_told_for_every_client(path: Path) -> None:
    path.write_text(TARGET + APP)

    cells = foretold(read_target(path))

    assert [(cell.posture, cell.scenario) for cell in cells] == [
        (client, scenario.id) for client in ("web", "app") for scenario in assessed()
    ]


def test_what_needs_another_account_or_client_waits_for_one(path: Path) -> None:
    alone = applying(path, TARGET)["web"]
    with_attacker = applying(path, TARGET + ATTACKER)["web"]
    with_client = applying(path, TARGET + APP)["web"]

    assert "forced-login" in with_attacker - alone
    assert "code-of-another-client" in with_client - alone


def test_what_only_the_server_can_tell_is_taken_to_be_there(path: Path) -> None:
    assert "reused-refresh-token" in applying(path, TARGET + APP)["app"]


def test_what_no_real_server_has_is_not_applicable(path: Path) -> None:
    assert "expired-code" not in applying(path, TARGET + APP + ATTACKER)["app"]


def test_what_is_about_another_kind_of_client_is_not_applicable(path: Path) -> None:
    found = applying(path, TARGET + APP)

    assert "secret-left-out" in found["web"]
    assert "secret-left-out" not in found["app"]
    assert "redirect-downgrade" not in found["app"]  # its redirect URI is no https one
