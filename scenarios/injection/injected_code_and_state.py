"""The attacker injects code and ``state`` together, at a client that keeps its verifier in state.

RFC 9700 section 4.5. The client takes the verifier from the ``state`` it is handed, so it presents
the right one for the victim's code, and its secret on top.
"""

from attacker.vantage import RESPONSE, Leg
from scenarios.channels import PLAINTEXT
from scenarios.play import Play
from scenarios.registry import Goal, scenario
from victim.client import VerifierSource


@scenario(
    title="A stolen redirect cannot be replayed into another session at the honest client",
    vantage=RESPONSE,
    clauses=("RFC9700#4.5", "RFC9700#4.7.1", "RFC7636#7.1"),
    remedy="Bind state and verifier to the browser that started the login.",
    channels=(PLAINTEXT,),
    verifier=VerifierSource.IN_STATE,
    goal=Goal.INJECT_CODE_AND_STATE,
)
async def injected_code_and_state(play: Play) -> None:
    """Capture the redirect, then present code and state in the attacker's browser."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The attacker starts its own login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The attacker presents the victim's code and the victim's state"):
        their_state = play.thief.loot.need("state", Leg.AUTHORIZATION_RESPONSE)
        await play.injector.inject(code, their_state)
        await play.injector.look_at_session()
