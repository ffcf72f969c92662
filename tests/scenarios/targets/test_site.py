"""The site of a target file dials what the file declares, whatever the server says."""

from pathlib import Path

import pytest

from scenarios.stage.scope import Authority
from scenarios.targets.problems import TargetFileError
from scenarios.targets.reading import read_target
from scenarios.targets.site import site_of
from tests.scenarios.targets.files import GOOD, line_with, write

ISSUER = "https://idp.example.com"
SAYS = {
    "authorization_endpoint": f"{ISSUER}/authorize",
    "userinfo_endpoint": f"{ISSUER}/me",
}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_ALICE", "hunter2")
    monkeypatch.setenv("DEMO_WEB_SECRET", "hunter3")


def without_hosts() -> str:
    lines = GOOD.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("hosts", "token_endpoint")))


def test_exactly_the_declared_hosts_are_in_scope(tmp_path: Path) -> None:
    site = site_of(read_target(write(tmp_path)), SAYS)

    declared = (Authority("idp.example.com", 443), Authority("login.example.com", 8443))
    assert site.server.hosts == declared


@pytest.mark.parametrize("text", [GOOD, without_hosts()], ids=["hosts", "no-hosts"])
def test_a_server_cannot_add_a_host(tmp_path: Path, text: str) -> None:
    said = {**SAYS, "token_endpoint": f"{ISSUER}/token", "jwks_uri": "https://evil.test/keys"}

    with pytest.raises(TargetFileError, match=r"jwks_uri is at evil\.test:443"):
        site_of(read_target(write(tmp_path, text)), said)


def test_a_secret_that_is_not_set_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEMO_WEB_SECRET")

    with pytest.raises(TargetFileError) as refused:
        site_of(read_target(write(tmp_path)), SAYS)

    (problem,) = refused.value.problems
    assert problem.line == line_with(GOOD, "DEMO_WEB_SECRET")
    assert "DEMO_WEB_SECRET is not set" in problem.reason


def test_the_log_will_say_who_allows_the_attack_and_what_the_server_is_held_to(
    tmp_path: Path,
) -> None:
    terms = site_of(read_target(write(tmp_path)), SAYS).terms

    assert terms["held to"] == "rfc9700"
    assert "Jane Doe" in terms["permission"]
    assert "until 2" in terms["permission"]


PUBLIC = """
[clients.app]
type = "public"
client_id = "demo-app"
redirect_uris = ["https://app.example.com/callback"]
"""


@pytest.mark.parametrize(
    ("algorithm", "who"),
    [("HS256", ["[clients.app]"]), ("none", ["[clients.web]", "[clients.app]"])],
)
def test_id_tokens_that_a_client_cannot_check_are_told(
    tmp_path: Path, algorithm: str, who: list[str]
) -> None:
    keys = {"jwks_uri": f"{ISSUER}/keys", "id_token_signing_alg_values_supported": [algorithm]}
    text = GOOD + PUBLIC

    with pytest.raises(TargetFileError, match="Leave openid out of the scope") as told:
        site_of(read_target(write(tmp_path, text)), {**SAYS, **keys})
    assert [each.line for each in told.value.problems] == [line_with(text, each) for each in who]
    site_of(read_target(write(tmp_path, text)), {**SAYS, **keys, "jwks_uri": ""})


def test_a_server_that_does_not_say_how_it_signs_may_do_it_by_any_key_or_the_client_s_secret(
    tmp_path: Path,
) -> None:
    site = site_of(read_target(write(tmp_path)), {**SAYS, "jwks_uri": f"{ISSUER}/keys"})

    assert {"RS256", "EdDSA", "HS256"} <= set(site.server.provider.algorithms)
    assert "none" not in site.server.provider.algorithms
