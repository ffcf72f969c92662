"""What is pinned is what is installed, and an installation that fails says why."""

import json
import re
from pathlib import Path

import pytest

from victim.lab import wsgi
from victim.lab.server import LabError
from victim.lab.workshop import Workshop

PINS = sorted(wsgi.HERE.rglob("requirements.txt"))
FILES = wsgi.HERE / "authlib_files"


def workshop(folder: Path) -> Workshop:
    return Workshop(folder / "state", folder / "packages", lambda line: None)


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.parent.name)
def test_every_requirement_is_pinned_by_version_and_digest_and_no_index_is_named(
    path: Path,
) -> None:
    # A requirement goes on over lines that end with a backslash.
    requirements = path.read_text().replace("\\\n", "").splitlines()

    assert len(requirements) > 10
    for requirement in requirements:
        assert re.fullmatch(r"[a-z0-9-]+==[^ ]+( +--hash=sha256:[0-9a-f]{64})+", requirement)


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.parent.name)
def test_what_was_asked_for_is_what_is_pinned(path: Path) -> None:
    asked = path.with_name("requirements.in").read_text().splitlines()

    assert all(re.search(rf"^{re.escape(one)} ", path.read_text(), re.MULTILINE) for one in asked)


def test_there_are_requirements_to_look_at() -> None:
    assert len(PINS) == 2


def test_an_installation_that_fails_shows_what_uv_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'network unreachable'\nexit 1\n")
    uv.chmod(0o755)
    monkeypatch.setattr("victim.lab.wsgi._UV", str(uv))
    prepare = wsgi.installer("x-1.0", FILES)

    with pytest.raises(LabError, match=r"(?s)could not install x-1.0.*network unreachable.*again"):
        prepare(workshop(tmp_path))


def test_the_host_is_told_its_settings_and_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("victim.lab.wsgi._uv", lambda name, *arguments: None)
    wsgi.installer("x-1.0", FILES, pkce_required=False)(workshop(tmp_path))

    launch = wsgi.launcher("x-1.0", FILES)(workshop(tmp_path))

    told = json.loads(Path(launch.environment["LAB_CONFIG"]).read_text())
    assert told["pkce_required"] is False
    assert told["state"] == str(tmp_path / "state")
    assert launch.command[0] == str(tmp_path / "packages/python/x-1.0/bin/python")
    assert Path(launch.command[1]).is_file()
