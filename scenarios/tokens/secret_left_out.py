"""Somebody poses as a confidential client, and leaves its secret out.

RFC 6749 section 3.2.1. A client that could keep a secret and drops it for PKCE still has what S256
gives: a stolen code stays worthless. But in a flow of its own the thief knows the verifier, and
users are asked for consent to a confidential client only once, so the secret was what stopped it.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="Nobody redeems a confidential client's code by a request that has no secret",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#3.2.1", "RFC6749#10.1", "RFC9700#2.5"),
    remedy="Demand the secret of every client that has one, whether it uses PKCE or not.",
    attack=(Unasked(), Redeem(Verifier.OWN)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.SECRET,),
    client_type=ClientType.CONFIDENTIAL,
)
async def secret_left_out(play: Play) -> None:
    """Run a flow in the client's name, and redeem its code without a secret."""
    async with play.step("The victim is lured to a request that the thief has built"):
        await play.thief.study_client()
        await play.victim.lured_to(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier, and no secret"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
