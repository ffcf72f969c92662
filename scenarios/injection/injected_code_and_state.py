"""The attacker injects code and ``state`` together, at a client that keeps its verifier in state.

RFC 9700 section 4.5. The client takes the verifier from the ``state`` it is handed, so it presents
the right one for the victim's code, and its secret on top.
"""

from attacker.vantage import RESPONSE
from reports.records import Proof, Refusal
from scenarios.channels import ACCESS_LOG, PLAINTEXT
from scenarios.model.injection import Inject
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="A stolen redirect cannot be replayed into another session at the honest client",
    vantage=RESPONSE,
    clauses=("RFC9700#4.5", "RFC9700#4.7.1", "RFC7636#7.1"),
    remedy="Bind state and verifier to the browser that started the login.",
    attack=(Inject(with_state=True),),
    postures=HEADLINE,
    channels=(PLAINTEXT, ACCESS_LOG),
    habits=("verifier_in_state",),
    proof=Proof.SESSION,
    refusals=(Refusal.TOKEN_ENDPOINT, Refusal.CLIENT),
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
        their_state = play.thief.catch("state")
        await play.injector.inject(code, their_state)
        await play.injector.look_at_session()
