"""Somebody who has merely seen a code uses it up with a verifier that is wrong.

OAuth 2.1 section 7.5.2. A server that ends a code at the first wrong verifier lets everybody who
reads redirects lock the victim out, login after login.
"""

from attacker.vantage import RESPONSE
from reports.records import Deviation, Proof
from scenarios.model.guessing import Burn
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login


@scenario(
    title="A wrong verifier does not end the code for the honest client",
    vantage=RESPONSE,
    clauses=("OAUTH-2.1#7.5.2", "RFC7636#4.6"),
    remedy="End a code when it is redeemed, not when somebody fails to redeem it.",
    attack=(Burn(),),
    proof=Proof.DENIAL,
    deviates=(Deviation.USED,),
)
async def burnt_code(play: Play) -> None:
    """Present the captured code in vain, and let the victim try again."""
    code = await code_of_the_victims_login(play)
    async with play.step("The thief presents the code with a verifier that it has made up"):
        await play.thief.redeem(code, await play.thief.verifiers.made_up())
    async with play.step("The victim reloads the page, and the client is up again"):
        await play.victim.reload()
