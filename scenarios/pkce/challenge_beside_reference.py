"""Somebody on the way puts a challenge of its own beside the reference to the victim's request.

RFC 9126 section 4. The client has pushed its request, so there is nothing on the way that could be
altered. A server that reads what stands beside the reference gives that away again.
"""

from attacker.vantage import ALTERED_REQUEST
from reports.records import Deviation
from scenarios.model.pushed import RedeemBeside
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login


@scenario(
    title="What stands beside a reference does not change the request that was pushed",
    vantage=ALTERED_REQUEST,
    clauses=("RFC9126#4", "RFC9126#1", "RFC9700#4.5.4"),
    remedy="Read nothing but client_id and request_uri of a request that was pushed.",
    attack=(RedeemBeside(),),
    deviates=(Deviation.PKCE,),
    uses=("pushed_requests",),
)
async def challenge_beside_reference(play: Play) -> None:
    """Add a challenge to the URL, capture the redirect, redeem with the own verifier."""
    async with play.step("The thief signs in itself, and sees where the client has its codes sent"):
        await play.injector.sign_in()
    async with play.step("Somebody on the way adds a challenge to what the victim's browser sends"):
        own = {
            "code_challenge": await play.thief.verifiers.choose(),
            "code_challenge_method": "S256",
        }
        play.thief.change = lambda request: {**request, **own}
    code = await code_of_the_victims_login(play)
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
