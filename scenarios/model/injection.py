"""Injection: what stops an answer that another browser brings (RFC 9700 sections 4.5 and 4.7).

The client takes it for the answer to some login, and then everything else must fit that one: the
verifier the challenge of the code, and the nonce the ID token.
"""

from dataclasses import dataclass
from enum import Enum

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.giveaway import one_for_all
from scenarios.postures import Posture
from victim.client import Pkce


class Login(Enum):
    """The login that a client takes an answer for."""

    NONE = "none at all"
    OF_BROWSER = "that of the browser that brings it"
    OF_CODE = "that which the code comes from"


@dataclass(frozen=True)
class Inject(Door):
    """The code of one browser's login is brought to the client by another browser.

    ``with_state``: together with the ``state`` of the code's login, else with that of a login of
    the browser that brings it.
    """

    with_state: bool = False

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The client's secret never helps, because the client itself presents it."""
        opens, why = self._answer(posture)
        in_spite = ", in spite of its secret" if opens and posture.confidential else ""
        return Answer(opens, f"{why}{in_spite}")

    def _answer(self, posture: Posture) -> Answer:
        match login_taken(posture, with_state=self.with_state):
            case Login.NONE:
                return shut("the client knows no login of this browser with that state")
            case Login.OF_CODE:
                return _fits_its_own_login(posture)
            case Login.OF_BROWSER:
                return _fits_another_login(posture)


def login_taken(posture: Posture, *, with_state: bool) -> Login:
    """The login that the client takes the answer for, by what its states are."""
    habits = posture.habits
    if habits.state_missing or habits.state_unchecked or posture.policy.state_dropped:
        return Login.OF_BROWSER
    if not with_state:
        return Login.OF_BROWSER
    if habits.encrypted_state:
        return Login.NONE
    if habits.flow_in_unbound_state or lies_in_clear_state(posture) or habits.state_unbound:
        return Login.OF_CODE
    is_carrier = habits.verifier_in_signed_state or habits.verifier_in_raw_state
    is_known = habits.state_predictable and (habits.pkce_unused or not is_carrier)
    return Login.OF_BROWSER if is_known else Login.NONE


def lies_in_clear_state(posture: Posture) -> bool:
    """Whether all that the client keeps of a login is the verifier, in its state.

    It has forgotten the nonce by the time of the answer.
    """
    habits = posture.habits
    sealed = habits.encrypted_state or habits.flow_in_unbound_state
    return habits.verifier_in_state and not sealed and not habits.pkce_unused


def _fits_its_own_login(posture: Posture) -> Answer:
    habits = posture.habits
    if habits.flow_in_unbound_state:
        return opened("the client takes the whole login from the injected state")
    if lies_in_clear_state(posture):
        return opened("the client takes the verifier from the injected state")
    handed_over = habits.verifier_in_signed_state or habits.verifier_in_raw_state
    if habits.verifier_in_cookie and not handed_over and not _one_verifier_for_all(posture):
        return shut("the verifier of that login is in a cookie of the other browser")
    return opened("the client keeps the logins of all browsers in one place")


def _fits_another_login(posture: Posture) -> Answer:
    if not _one_verifier_for_all(posture):
        return shut(
            "the client sends the verifier of this browser's own login, "
            "which does not match the challenge of the code"
        )
    habits = posture.habits
    unchecked = habits.nonce_unchecked or posture.policy.nonce_ignored
    if not unchecked and not lies_in_clear_state(posture):
        return shut("the ID token answers the nonce of the login that the code comes from")
    if posture.pkce is Pkce.NONE:
        return opened("the client redeems any code that it is handed")
    return opened("the verifier of one login is that of every other, too")


def _one_verifier_for_all(posture: Posture) -> bool:
    """Whether a code of one login is as good as that of another, as far as PKCE goes."""
    return posture.pkce is Pkce.NONE or one_for_all(posture.habits)
