"""Consent: when the user is asked, and what is remembered of the answer."""

from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, ClientType


class Consents:
    """What each user has allowed each client so far."""

    def __init__(self) -> None:
        self._allowed: dict[tuple[str, str], frozenset[str]] = {}

    def remember(self, subject: str, client: Client, scope: tuple[str, ...]) -> None:
        """Keep the user's answer."""
        key = (subject, client.client_id)
        self._allowed[key] = self._allowed.get(key, frozenset()) | frozenset(scope)

    def covers(self, subject: str, client: Client, scope: tuple[str, ...]) -> bool:
        """Whether the user has allowed all of this scope before."""
        return frozenset(scope) <= self._allowed.get((subject, client.client_id), frozenset())


def is_remembered(policy: Policy, client: Client) -> bool:
    """Whether an earlier answer may stand for a later one.

    Not for a public client: anybody can send its ``client_id`` (RFC 8252 section 8.6).
    """
    return client.type is ClientType.CONFIDENTIAL or policy.consent_remembered_for_public_clients
