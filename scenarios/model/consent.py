"""Consent: what stops a flow that the victim did not start (RFC 6749 10.2, RFC 8252 8.6)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.postures import Posture


@dataclass(frozen=True)
class Unasked(Door):
    """A signed-in victim is lured to a request for an app that it has allowed before.

    Asked, it would say no. ``by_prompt_none``: the request forbids to ask.
    """

    by_prompt_none: bool = False

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Whether the server asks again."""
        policy = posture.policy
        if policy.consent_skipped:
            return opened("the server asks nobody for consent")
        if self.by_prompt_none and policy.prompt_none_without_consent:
            return opened("the server takes prompt=none for the user's consent")
        if posture.confidential or policy.consent_remembered_for_public_clients:
            return opened()
        return shut("the server asks the user again, because anybody can pose as a public client")
