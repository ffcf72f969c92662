"""What is pinned is what is installed, and an installation that fails says why."""

import json
from pathlib import Path

import pytest

from victim.lab import node
from victim.lab.catalogue import SERVERS
from victim.lab.server import LabError
from victim.lab.workshop import Workshop

LOCKS = sorted(node.HERE.rglob("package-lock.json"))


def workshop(folder: Path) -> Workshop:
    return Workshop(folder / "state", folder / "packages", lambda line: None)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_a_lock_pins_every_package_by_its_digest_and_names_no_registry(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    wanted = json.loads(lock.with_name("package.json").read_text())["dependencies"]

    assert all(package.get("integrity") for path, package in packages.items() if path)
    assert not any("resolved" in package for package in packages.values())
    assert all(version[0].isdigit() for version in wanted.values())


def test_there_are_locks_to_look_at() -> None:
    assert len(LOCKS) >= 5


@pytest.mark.parametrize("name", ["workers-oauth-provider", "node-oauth"])
def test_the_versions_of_a_pair_have_the_same_host(name: str) -> None:
    versions = [server for server in SERVERS.values() if server.name.startswith(name)]
    folder = node.HERE / {"node-oauth": "node_oauth_files"}.get(name, "cloudflare_files")

    assert len(versions) == 2
    assert not [path for path in folder.rglob("*.mjs") if path.parent != folder]


def test_an_installation_that_fails_shows_what_npm_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\necho 'network unreachable'\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=":")
    prepare = node.installer("x-1.0", node.HERE / "oidc_provider_files")

    with pytest.raises(LabError, match=r"(?s)could not install x-1.0.*network unreachable.*again"):
        prepare(workshop(tmp_path))


def test_the_programs_and_the_configuration_are_renewed_at_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("victim.lab.node._npm_ci", lambda name, folder: None)
    prepare = node.installer("x-1.0", node.HERE / "cloudflare_files/0.0.4")
    folder = tmp_path / "packages/node/x-1.0"

    prepare(workshop(tmp_path))
    (folder / "server.mjs").write_text("old")
    prepare(workshop(tmp_path))

    assert {path.name for path in folder.glob("*.mjs")} >= {"server.mjs", "dialogue.mjs"}
    assert (folder / "server.mjs").read_text() != "old"
    config = json.loads((tmp_path / "state/config.json").read_text())
    assert {client["id"]: bool(client["secret"]) for client in config["clients"]} == {
        "demo-public": False,
        "demo-confidential": True,
        "demo-spa": False,
    }
    command = node.launcher("x-1.0")(workshop(tmp_path)).command
    assert command == ("node", "server.mjs", str(tmp_path / "state/config.json"))
