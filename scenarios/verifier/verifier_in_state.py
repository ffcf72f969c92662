"""The client carries its verifier in ``state``, so that it comes back with the redirect.

RFC 7636 section 7.1 wants the verifier kept secret; a client without a place to keep it may put it
into ``state``, as the demo of the article does. Whoever receives the redirect then receives code
and verifier together, and S256 changes nothing.
"""

from attacker.vantage import RESPONSE
from scenarios.channels import ACCESS_LOG, LOOPBACK
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="A stolen redirect does not contain the verifier of its code",
    vantage=RESPONSE,
    clauses=("RFC7636#7.1", "RFC7636#4.1", "RFC9700#2.1.1"),
    remedy="Keep the verifier in the client, bound to the browser's session; never in state.",
    attack=(Redeem(Verifier.FROM_STATE),),
    postures=HEADLINE,
    channels=(LOOPBACK, ACCESS_LOG),
    habits=("verifier_in_state",),
)
async def verifier_in_state(play: Play) -> None:
    """Learn on an own login where the verifier sits, then read the same place in the loot."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("A login of its own shows the thief where the client puts the verifier"):
        verifier = await play.thief.verifiers.from_state()
    async with play.step("The thief redeems the code with the victim's verifier"):
        await play.thief.use(await play.thief.redeem(code, verifier))
