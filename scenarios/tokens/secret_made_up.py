"""Somebody poses as a confidential client with a secret that it has made up.

RFC 6749 section 3.2.1. A server that looks whether a secret is there, and not whether it is right,
demands nothing. The flow is the thief's own, so that PKCE is no obstacle, and its user allows it,
so that the secret is all that could still stop it.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A made-up secret cannot redeem a confidential client's code",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#3.2.1", "RFC6749#2.3.1", "RFC9700#2.5"),
    remedy="Compare the secret with the registered one, in constant time.",
    attack=(Rule("the secret is wrong", bent_by=("secret_not_checked",)),),
    deviates=(Deviation.SECRET,),
    client_type=ClientType.CONFIDENTIAL,
)
async def secret_made_up(play: Play) -> None:
    """Run a flow in the client's name, and redeem its code with any secret."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code with a secret that it has made up"):
        own, wrong = play.thief.verifiers.own(), play.thief.posing_with("letmein")
        await play.thief.use(await play.thief.redeem(code, own, wrong))
