"""What a server is built from is made once, and is for this user alone."""

import stat
from pathlib import Path

import pytest

from victim.lab.workshop import Workshop, free_port


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "state", tmp_path / "packages", lambda line: None)


def test_a_secret_is_made_up_once_and_lies_where_only_its_owner_reads(workshop: Workshop) -> None:
    secret = workshop.secret("alice")

    assert len(secret) >= 32
    assert workshop.secret("alice") == secret != workshop.secret("mallory")
    path = workshop.state / "secrets/alice"
    assert path.read_text() == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret not in repr(workshop)


def test_a_file_is_written_anew_with_its_mode_whatever_stood_there(workshop: Workshop) -> None:
    path = workshop.write("config.json", "{}")
    path.chmod(0o644)

    assert workshop.write("config.json", "[]").read_text() == "[]"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_installed_is_not_installed_again(workshop: Workshop) -> None:
    calls = []

    def install(folder: Path) -> None:
        calls.append(folder)
        (folder / "file").write_text("x")

    first = workshop.installed("node/one", "lock", install)
    again = workshop.installed("node/one", "lock", install)

    assert first == again == workshop.packages / "node/one"
    assert calls == [first]


def test_another_lock_file_means_another_installation(workshop: Workshop) -> None:
    workshop.installed("one", "old", lambda folder: (folder / "old").touch() or None)
    folder = workshop.installed("one", "new", lambda folder: (folder / "new").touch() or None)

    assert (folder / "new").exists()
    assert not (folder / "old").exists()


def test_an_installation_that_was_cut_short_is_made_again(workshop: Workshop) -> None:
    def cut_short(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        workshop.installed("one", "key", cut_short)
    folder = workshop.installed("one", "key", lambda folder: None)

    assert not (folder / "half").exists()


def test_a_port_is_kept(workshop: Workshop) -> None:
    assert workshop.port == workshop.port
    assert workshop.url == f"http://127.0.0.1:{workshop.port}"
    assert free_port() > 1023
