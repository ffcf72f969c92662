"""The client makes one verifier when it starts, and uses it for every login of everybody.

RFC 7636 section 4.1 wants a new verifier for each request. With ``plain``, a login that the thief
starts itself shows the verifier of all others: it needs no copy of the client, and reads nothing of
the victim's but the redirect.
"""

from attacker.vantage import RESPONSE
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="What a login of its own shows the thief does not redeem the code of another",
    vantage=RESPONSE,
    clauses=("RFC7636#4.1", "RFC7636#7.2", "RFC9700#2.1.1"),
    remedy="Make a new verifier for every authorization request, and use S256.",
    attack=(Redeem(Verifier.FIXED),),
)
async def reused_verifier(play: Play) -> None:
    """Start two logins, see the same verifier in both, then redeem the victim's code with it."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief starts two logins of its own, and compares them"):
        verifier = await play.thief.verifiers.fixed()
    async with play.step("The thief redeems the victim's code with what they have in common"):
        await play.thief.use(await play.thief.redeem(code, verifier))
