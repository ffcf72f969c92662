"""The provider's page tells the client's server where the browser comes from, challenge and all.

RFC 9700 section 4.2.1. The page that asks for consent has the authorization request in its address.
Servers write the ``Referer`` into their logs beside the address that was asked for, so one line of
the client's log has the code and the challenge. With the method ``plain`` that is the verifier.
"""

from attacker.vantage import RESPONSE_AND_REFERRER
from scenarios.channels import WEB_PAGES
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="The log of the client's server says nothing of the authorization request",
    vantage=RESPONSE_AND_REFERRER,
    clauses=("RFC9700#4.2.4", "RFC9700#4.2.1", "RFC7636#7.2"),
    remedy="Send Referrer-Policy: no-referrer with every page and redirect, and use S256.",
    attack=(Redeem(Verifier.CHALLENGE),),
    channels=(WEB_PAGES,),
)
async def request_told_by_referrer(play: Play) -> None:
    """Read the code and the Referer in the client's log, redeem with the challenge in it."""
    async with play.step("The victim signs in; the thief reads the log of the client's server"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief takes the challenge in the Referer, if any, for the verifier"):
        guess = play.thief.verifiers.best_guess()
    async with play.step("The thief redeems the code and reads the victim's data"):
        await play.thief.use(await play.thief.redeem(code, guess))
