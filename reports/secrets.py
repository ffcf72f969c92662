"""The vault: every secret of a run, and the redaction that keeps it off the disk."""


class Vault:
    """Knows every secret of a run by a stable label."""

    def learn(self, kind: str, value: str) -> str:
        """Remember a secret and return its label, for example ``code#1``."""
        raise NotImplementedError

    def redact(self, text: str) -> str:
        """Return the text with labels in place of secrets."""
        raise NotImplementedError
