"""The same theft by somebody who also read the authorization request.

RFC 7636 section 7.2. The request carries the challenge. With the method ``plain`` the challenge is
the verifier, so ``plain`` protects only against a thief who cannot read it. S256 cannot be turned
back: the best that the thief can do is to present the challenge itself.
"""

from attacker.vantage import REQUEST_AND_RESPONSE
from scenarios.channels import ACCESS_LOG, HEADLINE_CHANNELS, ON_DEVICE_CHANNELS
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="A stolen code cannot be redeemed even by a thief who read the authorization request",
    vantage=REQUEST_AND_RESPONSE,
    clauses=("RFC7636#7.2", "RFC7636#4.6", "RFC9700#2.1.1"),
    remedy="Use S256, and refuse the method plain at the authorization server.",
    attack=(Redeem(Verifier.CHALLENGE),),
    postures=HEADLINE,
    channels=(*HEADLINE_CHANNELS, ACCESS_LOG, *ON_DEVICE_CHANNELS),
)
async def stolen_code_seen_request(play: Play) -> None:
    """Read the challenge, capture the redirect, redeem with the best guess at the verifier."""
    async with play.step("The victim signs in; the thief reads the request, then the redirect"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief takes the challenge it saw for the verifier"):
        guess = play.thief.verifiers.best_guess()
    async with play.step("The thief redeems the code and reads the victim's data"):
        await play.thief.use(await play.thief.redeem(code, guess))
