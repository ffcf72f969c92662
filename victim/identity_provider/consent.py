"""Consent: when the user is asked, and what is remembered of the answer."""

from victim.identity_provider.grants import AuthorizationRequest
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import Client, ClientType, User


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


def is_needed(policy: Policy, consents: Consents, asked: AuthorizationRequest, user: User) -> bool:
    """Whether the user has to be asked before the client gets what it asks for."""
    if policy.consent_skipped or _goes_without(policy, asked):
        return False
    return (
        "consent" in asked.prompt
        or not is_remembered(policy, asked.client)
        or not consents.covers(user.subject, asked.client, asked.scope)
    )


def _goes_without(policy: Policy, asked: AuthorizationRequest) -> bool:
    """Whether a request that forbids to ask is granted unasked.

    It must fail instead (OpenID Connect Core section 3.1.2.1).
    """
    return policy.prompt_none_without_consent and "none" in asked.prompt
