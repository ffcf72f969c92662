"""Where a secret comes from. A target file names the place and never the secret."""

import os
import stat
from pathlib import Path

import keyring
from keyring.errors import KeyringError
from msgspec import Struct

_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretMissingError(Exception):
    """The secret is not where the target file says. The text says what to do about it."""


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """One place: an environment variable, a keyring entry (``service/name``), or a file.

    A file lies beside the target file, unless its path is absolute, and nobody else may read it.
    """

    env: str = ""
    keyring: str = ""
    file: str = ""

    @property
    def places(self) -> int:
        """How many places are named; it must be one."""
        return sum(map(bool, (self.env, self.keyring, self.file)))

    def read(self, folder: Path) -> str:
        """The secret. Raises :class:`SecretMissingError`."""
        if self.env:
            return self._from_environment()
        return self._from_file(folder) if self.file else self._from_keyring()

    def _from_environment(self) -> str:
        value = os.environ.get(self.env, "")
        if not value:
            raise SecretMissingError(
                f"The environment variable {self.env} is not set. Set it where codejack runs."
            )
        return value

    def _from_file(self, folder: Path) -> str:
        path = folder / self.file
        try:
            if path.stat().st_mode & _OPEN_TO_OTHERS:
                raise SecretMissingError(f"{path} can be read by others. Run chmod 600 {path}.")
            value = path.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SecretMissingError(
                f"The secret cannot be read from {path} ({what}). Put it there, in one line."
            ) from None
        if not value:
            raise SecretMissingError(f"{path} is empty. Put the secret there, in one line.")
        return value

    def _from_keyring(self) -> str:
        service, _, name = self.keyring.rpartition("/")
        try:
            value = keyring.get_password(service or "codejack", name)
        except KeyringError as error:
            raise SecretMissingError(
                f"The keyring does not open ({type(error).__name__}). Use env or file here."
            ) from None
        if not value:
            raise SecretMissingError(
                f"The keyring has nothing under {self.keyring}. "
                f"Run: keyring set {service or 'codejack'} {name}"
            )
        return value
