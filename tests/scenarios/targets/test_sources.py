"""A secret is read from where the file says, and what is in the way is told without the value."""

from pathlib import Path

import keyring
import pytest

from scenarios.targets.sources import SecretMissingError, Source


def test_the_environment_gives_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "hunter2")

    assert Source(env="A_SECRET").read(tmp_path) == "hunter2"
    assert "hunter2" not in repr(Source(env="A_SECRET"))


def test_a_variable_that_is_not_set_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("A_SECRET", raising=False)

    with pytest.raises(SecretMissingError, match="A_SECRET is not set"):
        Source(env="A_SECRET").read(tmp_path)


def test_a_file_beside_the_target_file_gives_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    (tmp_path / "secret").chmod(0o600)

    assert Source(file="secret").read(tmp_path) == "hunter2"


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (b"hunter2", 0o644, "chmod 600"),
        (b"", 0o600, "is empty"),
        (b"\xff\xfe", 0o600, "it is no text"),
    ],
)
def test_a_file_that_will_not_do_is_told_with_the_remedy(
    tmp_path: Path, content: bytes, mode: int, reason: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(mode)

    with pytest.raises(SecretMissingError, match=reason) as missing:
        Source(file="secret").read(tmp_path)

    assert "hunter2" not in str(missing.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError, match="No such file"):
        Source(file="secret").read(tmp_path)


def test_the_keyring_gives_a_secret_by_service_and_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {("my/idp", "alice"): "hunter2"}
    monkeypatch.setattr(keyring, "get_password", lambda *place: held.get(place))

    assert Source(keyring="my/idp/alice").read(tmp_path) == "hunter2"
    with pytest.raises(SecretMissingError, match="keyring set my/idp bob"):
        Source(keyring="my/idp/bob").read(tmp_path)
