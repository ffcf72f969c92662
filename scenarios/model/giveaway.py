"""What a client gives away of its verifiers, and to whom (RFC 7636 sections 4.1, 7.1 and 7.2).

Each way is a function to the reason in words, empty where it leads nowhere.
"""

from attacker.vantage import Leg, Vantage
from scenarios.postures import Posture
from victim.client import Habits, Pkce


def in_state(posture: Posture, vantage: Vantage) -> str:
    """Whoever reads the redirect reads the verifier, whether it is encoded or signed."""
    habits = posture.habits
    sealed = habits.encrypted_state or habits.flow_in_unbound_state
    carried = (
        habits.verifier_in_state or habits.verifier_in_raw_state or habits.verifier_in_signed_state
    )
    read = vantage.sees(Leg.AUTHORIZATION_RESPONSE) and carried and not sealed
    return "the verifier travels in state, beside the code" if read else ""


def in_cookie(posture: Posture, vantage: Vantage) -> str:
    """Whoever receives the whole redirect request receives it."""
    read = vantage.sees(Leg.REDIRECT_COOKIES) and posture.habits.verifier_in_cookie
    return "the verifier comes in a cookie, along with the code" if read else ""


def in_every_copy(posture: Posture, vantage: Vantage) -> str:
    """It is a constant of the application."""
    found = vantage.unpacks_app and posture.habits.verifier_fixed
    return "every copy of the client uses the same verifier" if found else ""


def computed_by_every_copy(posture: Posture, vantage: Vantage) -> str:
    """There are so few that a copy of the application lists them all."""
    habits = posture.habits
    told = vantage.unpacks_app and vantage.sees(Leg.AUTHORIZATION_REQUEST)
    found = told and habits.verifier_guessable and not habits.verifier_fixed
    return "there are few verifiers, and the challenge tells which it is" if found else ""


def shown_by_every_login(posture: Posture, vantage: Vantage) -> str:
    """A login of the attacker's own shows it, where the challenge is the verifier."""
    shown = posture.pkce is Pkce.PLAIN and one_for_all(posture.habits)
    return "one login shows the verifier of every other" if shown else ""


def one_for_all(habits: Habits) -> bool:
    """Whether every login has the same verifier."""
    return habits.verifier_fixed or (habits.verifier_reused and not habits.verifier_guessable)
