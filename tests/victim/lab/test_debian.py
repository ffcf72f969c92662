"""Packages are asked for by name, installed by root alone, and a failure says what to do."""

from pathlib import Path

import pytest

from victim.lab import debian
from victim.lab.server import LabError
from victim.lab.workshop import Workshop

LACKING = "codejack-made-up"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "state", tmp_path / "packages", lambda line: None)


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ahead of all others on PATH, where Debian knows ``there`` and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put(folder / "dpkg-query", 'case "$3" in there) printf "installed 1.2+ds-3";; *) exit 1;; esac')
    put(folder / "apt-get", "echo apt-get was called; echo no such package; exit 100")
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return folder


def put(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.usefixtures("commands")
def test_the_version_of_a_package_is_that_of_an_installed_one() -> None:
    assert debian.version("there") == "1.2+ds-3"
    assert debian.version(LACKING) == ""


def test_a_package_that_was_removed_but_for_its_settings_is_not_installed(commands: Path) -> None:
    put(commands / "dpkg-query", 'printf "config-files 1.2+ds-3"')

    assert debian.version("there") == ""


@pytest.mark.usefixtures("commands")
def test_what_is_there_is_not_installed_again(workshop: Workshop) -> None:
    debian.install(workshop, ["there"])


@pytest.mark.usefixtures("commands")
def test_who_is_not_root_is_told_the_command(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(LabError, match=rf"As root: apt-get install .* {LACKING}$"):
        debian.install(workshop, ["there", LACKING])


@pytest.mark.usefixtures("commands")
def test_an_installation_that_fails_shows_what_apt_said(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(LabError, match=r"(?s)no such package.*apt-get update.*again"):
        debian.install(workshop, [LACKING])
