"""Somebody on the way puts a challenge of its own in place of the victim's.

RFC 9700 section 4.5.4. PKCE binds the code to whoever wrote the request as it arrived. It cannot
see that the client had written another one: that takes a request which is pushed or signed.
"""

from attacker.vantage import ALTERED_REQUEST
from reports.records import Deviation
from scenarios.model.challenge import Asked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login


@scenario(
    title="A challenge that was replaced on its way does not help the one who did it",
    vantage=ALTERED_REQUEST,
    clauses=("RFC9700#4.5.4", "RFC9126#1", "RFC9101#1"),
    remedy="Push authorization requests (RFC 9126) or sign them (RFC 9101).",
    attack=(Redeem(Verifier.OWN, Asked.OWN),),
    deviates=(Deviation.PKCE,),
    limit="PKCE protects a request that arrives as the client wrote it, and nothing holds that",
)
async def replaced_challenge(play: Play) -> None:
    """Replace the challenge, capture the redirect, redeem with the own verifier."""
    async with play.step("Somebody on the way puts a challenge of its own into the request"):
        await play.thief.study_client()
        own = {
            "code_challenge": await play.thief.verifiers.choose(),
            "code_challenge_method": "S256",
        }
        play.thief.change = lambda request: {**request, **own}
    code = await code_of_the_victims_login(play)
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
