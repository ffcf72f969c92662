"""The attacker pushes a request in the name of a public client, and sends the victim the link.

RFC 9126 section 2.1: whoever pushes authenticates itself as at the token endpoint, and a public
client has nothing to do that with. So a request that comes pushed is one that nobody on the way has
altered; that the client itself has written it, only a client with a key or a secret can show.
"""

from attacker.pushed_requests import link_to_push_as_client
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.challenge import Asked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A request that the thief has pushed in a client's name yields it nothing",
    vantage=OWN_REQUEST,
    clauses=("RFC9126#2.1", "RFC8252#8.6"),
    remedy="Give the client credentials, and let it authenticate itself whenever it pushes.",
    attack=(Redeem(Verifier.OWN, Asked.OWN),),
    deviates=(Deviation.PKCE,),
    uses=("pushed_requests",),
    limit="A public client cannot show who it is, so anybody can push in its name",
)
async def pushed_by_anybody(play: Play) -> None:
    """Push a request as the client, let the victim run it, redeem with the own verifier."""
    async with play.step("The thief signs in itself, and sees where the client has its codes sent"):
        await play.injector.sign_in()
    async with play.step("It pushes a request in the client's name, with a challenge of its own"):
        link = await link_to_push_as_client(play.thief)
    async with play.step("The victim follows the link, knows the client, and says yes"):
        await play.victim.follow(link)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
