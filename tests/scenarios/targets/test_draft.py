"""What is drafted teaches, is refused until it is filled in, and then is a target file."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scenarios.targets.draft import draft
from scenarios.targets.problems import TargetFileError
from scenarios.targets.reading import TargetFile, read_target
from tests.scenarios.targets.files import write

REMOTE = "https://idp.example.com/realms/demo"
LOCAL = "http://127.0.0.1:8080"
TODAY = date(2030, 1, 1)


def drafted(issuer: str = REMOTE, **said: Any) -> str:
    return draft(issuer, {"issuer": issuer, **said}, "", TODAY)


def filled_in(folder: Path, text: str) -> TargetFile:
    lines = []
    for number, line in enumerate(text.splitlines()):
        uris = line.startswith("redirect_uris")
        value = f"https://app.example.com/{number}" if uris else f"https://idp.example.com/{number}"
        lines.append(line.replace('"FILL IN"', f'"{value}"'))
    return read_target(write(folder, "\n".join(lines)), TODAY)


@pytest.mark.parametrize("issuer", [REMOTE, LOCAL, "https://[::1]:8443", "http://localhost"])
def test_only_the_marked_places_are_left(tmp_path: Path, issuer: str) -> None:
    text = drafted(issuer)

    with pytest.raises(TargetFileError) as refused:
        read_target(write(tmp_path, text), TODAY)

    marked = {n for n, line in enumerate(text.splitlines(), 1) if line.find('"FILL IN"') > 0}
    left = {n for n in marked if not text.splitlines()[n - 1].startswith("#")}
    assert {problem.line for problem in refused.value.problems} == left
    assert all("is not filled in" in problem.reason for problem in refused.value.problems)
    target = filled_in(tmp_path, text)
    assert target.sections.provider.issuer == issuer
    kinds = [client.type for client in target.sections.clients.values()]
    assert kinds == ["confidential", "public", "single-page"]


def test_without_discovery_the_endpoints_are_to_be_filled_in(tmp_path: Path) -> None:
    text = draft(REMOTE, None, "", TODAY)

    provider = filled_in(tmp_path, text).sections.provider

    assert not provider.discovery
    assert list(provider.endpoints) == ["authorization_endpoint", "token_endpoint"]


def test_a_server_on_loopback_needs_no_permission() -> None:
    assert "permission" in tomllib.loads(drafted(REMOTE))
    assert "permission" not in tomllib.loads(drafted(LOCAL))


def test_hosts_that_only_the_server_names_are_left_to_the_user() -> None:
    text = drafted(
        userinfo_endpoint="https://api.example.net/me", jwks_uri="https://idp.example.com/keys"
    )

    assert tomllib.loads(text)["provider"]["hosts"] == ["idp.example.com"]
    assert '# "api.example.net",  # userinfo_endpoint: add it if it is yours' in text


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ({}, "authentication", "client_secret_basic"),
        (
            {"token_endpoint_auth_methods_supported": ["client_secret_post"]},
            "authentication",
            "client_secret_post",
        ),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce", "plain"),
        ({"code_challenge_methods_supported": ["plain", "S256"]}, "pkce", "S256"),
        ({"code_challenge_methods_supported": "hostile"}, "pkce", "S256"),
    ],
)
def test_the_clients_fit_what_the_server_says(said: dict[str, Any], key: str, value: str) -> None:
    assert tomllib.loads(drafted(**said))["clients"]["web"][key] == value


@pytest.mark.parametrize(
    ("said", "comment"),
    [
        ({}, "does not say that it knows PKCE"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "by secret only"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "not name public clients"),
        ({"registration_endpoint": f"{REMOTE}/register"}, "# [clients.dynamic]"),
        ({"require_pushed_authorization_requests": True}, "fapi2 may be meant"),
        ({}, "no userinfo endpoint: this is needed"),
    ],
)
def test_what_is_special_about_the_server_is_said(said: dict[str, Any], comment: str) -> None:
    assert comment in drafted(**said)


@pytest.mark.parametrize(
    ("supported", "scope"),
    [
        (None, "openid profile"),
        (["profile", "openid", "email"], "openid profile"),
        (["openid"], "openid"),
        (["mcp:tools"], "mcp:tools"),
        (["a", "b", "c", "d"], "a b c"),
        ([], ""),
        (['openid"]\nhosts = ["evil.test'], 'openid"]\nhosts = ["evil.test'),
    ],
    ids=str,
)
def test_no_scope_is_asked_for_that_the_server_does_not_name(
    supported: list[str] | None, scope: str
) -> None:
    told = {} if supported is None else {"scopes_supported": supported}
    clients = tomllib.loads(drafted(**told))["clients"].values()

    assert {client["scope"] for client in clients} == {scope}


def test_a_hostile_server_cannot_write_into_the_file() -> None:
    evil = 'x"\n[clients.evil]\r\x1b[2J\x00\u2028\ud800'
    text = drafted(
        token_endpoint=f"https://idp.example.com/{evil}",
        jwks_uri=f"https://{evil}",
        token_endpoint_auth_methods_supported=[evil],
        code_challenge_methods_supported=[evil],
    )

    said = tomllib.loads(text)

    assert "evil" not in said["clients"]
    assert said["provider"].keys() == {"issuer", "hosts"}
    assert all(line.isprintable() for line in text.split("\n"))
