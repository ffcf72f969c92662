"""The token endpoint: what stops an attacker who redeems a code itself (RFC 6749 section 4.1.3)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.verifier import Verifier, knows
from scenarios.postures import Posture


@dataclass(frozen=True)
class Redeem(Door):
    """The attacker presents a code in the client's name, without its secret."""

    verifier: Verifier = Verifier.LEFT_OUT

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The secret is asked for first, whatever the attacker knows about PKCE."""
        known = knows(self.verifier, posture, vantage)
        if posture.confidential and not posture.policy.secret_optional:
            also = f"; PKCE would not have helped: {known.why}" if known.opens else ""
            return shut(f"the token endpoint demands the client's secret{also}")
        if not known.opens and self.verifier is Verifier.LEFT_OUT:
            return self._without_verifier(posture, known)
        return known

    def _without_verifier(self, posture: Posture, known: Answer) -> Answer:
        if posture.policy.verifier_optional_at_token:
            return opened("the server does not ask for a verifier that is left out")
        return known
