"""The client makes its verifier from the clock, so that there are only a few hundred.

RFC 7636 section 7.1 wants 256 bits of entropy. Whoever has a copy of the client has the way in
which it makes them: it lists them all, and the challenge in the authorization request, S256 or not,
tells which one it is. That takes no question to the server, so no limit of attempts helps.
"""

from attacker.vantage import BOTH_AND_APP
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="The challenge of a login and a copy of the client do not reveal the verifier",
    vantage=BOTH_AND_APP,
    clauses=("RFC7636#7.1", "RFC7636#4.1"),
    remedy="Make the verifier from 32 bytes of a cryptographic random number generator.",
    attack=(Redeem(Verifier.COMPUTED),),
)
async def guessable_verifier(play: Play) -> None:
    """Read the challenge, have the own copy of the client list its verifiers, take what fits."""
    async with play.step("The victim signs in; the thief reads the request, then the redirect"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief tries what its own copy of the client makes on the challenge"):
        verifier = await play.thief.verifiers.computed()
    async with play.step("The thief redeems the code with the verifier that fits"):
        await play.thief.use(await play.thief.redeem(code, verifier))
