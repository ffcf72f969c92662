"""Injection: what stops an attacker who lets the honest client redeem (RFC 9700 section 4.5)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.postures import Posture
from victim.client import Pkce


@dataclass(frozen=True)
class Inject(Door):
    """The victim's code is brought to the client in the attacker's own session.

    ``with_state``: together with the victim's ``state``, else with that of the attacker's login.
    """

    with_state: bool = False

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The client's secret never helps, because the client itself presents it."""
        habits = posture.habits
        in_spite = ", in spite of its secret" if posture.confidential else ""
        carried = habits.verifier_in_state
        if self.with_state and not carried:
            return shut("the client knows no login of this browser with the victim's state")
        if self.with_state and posture.pkce is not Pkce.NONE:
            return opened(f"the client takes the verifier from the injected state{in_spite}")
        if posture.pkce is Pkce.NONE:
            if not habits.nonce_unchecked:
                return shut("the ID token answers the nonce of the victim's login")
            return opened(f"the client redeems any code that it is handed{in_spite}")
        if habits.verifier_fixed:
            return opened(f"the verifier of the attacker's own login is the victim's too{in_spite}")
        return shut(
            "the client sends the verifier of the attacker's own login, "
            "which does not match the challenge of the victim's code"
        )
