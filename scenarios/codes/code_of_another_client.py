"""A code is redeemed by an app that it was not issued to: the attacker's own.

RFC 6749 section 4.1.3. Whoever has an app of its own at the server has a client that the token
endpoint knows, and no secret of the honest one is needed.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request


@scenario(
    title="A code cannot be redeemed by another client",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#4.1.3", "RFC6749#10.5"),
    remedy="Keep the client with each code, and compare it with the one that redeems.",
    attack=(Rule("the code was issued to another client", bent_by=("code_not_bound_to_client",)),),
    deviates=(Deviation.PKCE, Deviation.CLIENT_ID),
    needs=(Need.OWN_CLIENT,),
)
async def code_of_another_client(play: Play) -> None:
    """Get a code by an own flow in the honest client's name, and redeem it in one's own."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code in the name of its own app"):
        own = play.thief.own.as_itself()
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own(), own))
