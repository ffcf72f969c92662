"""Every copy of the client uses the same verifier, fixed in its code.

RFC 7636 section 4.1 wants a fresh, high-entropy verifier for every request. The verifier of the
article's ``plain`` demo is a constant: with ``plain`` one login of the thief's own shows it, and
with S256 the downloaded app does.
"""

from attacker.vantage import RESPONSE_AND_APP
from scenarios.channels import ACCESS_LOG, CUSTOM_SCHEME
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="What one copy of the client reveals does not redeem another user's code",
    vantage=RESPONSE_AND_APP,
    clauses=("RFC7636#4.1", "RFC7636#7.1", "RFC8252#8.5"),
    remedy="Make a new verifier from 32 random bytes for every authorization request.",
    attack=(Redeem(Verifier.FIXED),),
    postures=HEADLINE,
    channels=(CUSTOM_SCHEME, ACCESS_LOG),
    habits=("verifier_fixed",),
)
async def fixed_verifier(play: Play) -> None:
    """Take the constant out of the thief's own copy, then redeem the victim's code with it."""
    async with play.step("The thief finds the verifier in its own copy of the client"):
        verifier = await play.thief.verifiers.fixed()
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief redeems the code with the fixed verifier"):
        await play.thief.use(await play.thief.redeem(code, verifier))
