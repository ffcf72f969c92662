"""Where the client takes its ``code_verifier`` from, and its challenge (RFC 7636 section 4)."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable

from victim.client.endpoint import ARTICLE_VERIFIER, Pkce
from victim.client.guessable import verifier_at
from victim.client.habits import Habits

type Learn = Callable[[str, str], object]


class Verifiers:
    """Makes the verifier of each login; ``learn`` hears of it first."""

    def __init__(self, habits: Habits, learn: Learn) -> None:
        self._habits = habits
        self._learn = learn
        self._first = _fresh()

    def new(self) -> str | None:
        """The verifier of the next login; ``None`` for a client that does not use PKCE."""
        if self._habits.pkce_unused:
            return None
        verifier = self._make()
        self._learn("code_verifier", verifier)
        return verifier

    def _make(self) -> str:
        if self._habits.verifier_fixed:
            return ARTICLE_VERIFIER
        if self._habits.verifier_guessable:
            return verifier_at(int(time.time()))
        return self._first if self._habits.verifier_reused else _fresh()


def challenge_of(verifier: str, method: Pkce) -> str:
    """The ``code_challenge`` of a verifier (RFC 7636 section 4.2)."""
    if method is Pkce.PLAIN:
        return verifier
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _fresh() -> str:
    return secrets.token_urlsafe(32)  # 43 characters: RFC 7636 section 4.1
