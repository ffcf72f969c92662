"""The attacker pushes a request for its own app, and has the victim asked in another's name.

RFC 9126 section 2.2: a reference belongs to the client that has pushed the request. The attacker
has registered an app, as anybody may. The request that this pushes has the attacker's challenge and
redirect URI; the link beside it names the honest client. The victim knows that one, and says yes.
"""

from attacker.own_client import OWN_REDIRECT_URI
from attacker.pushed_requests import link_to_own_push
from attacker.token_request import Bent
from attacker.vantage import OWN_ADDRESS
from reports.records import Deviation, Refusal
from scenarios.model.challenge import Asked
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A request that one client has pushed cannot be made in the name of another",
    vantage=OWN_ADDRESS,
    clauses=("RFC9126#2.2", "RFC9126#7.5"),
    remedy="Bind each request_uri to the client that has pushed the request.",
    attack=(
        Rule(
            says="the reference belongs to the client that has pushed the request",
            bent_by=("request_uri_of_another_client_accepted",),
        ),
        Redeem(Verifier.OWN, Asked.OWN),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    deviates=(Deviation.REDIRECT_URI, Deviation.PKCE),
    needs=(Need.OWN_DOINGS,),
)
async def request_of_another_client(play: Play) -> None:
    """Push a request for the own app, name the honest client beside it, redeem what arrives."""
    async with play.step("The thief's own app pushes a request; the link names the honest client"):
        link = await link_to_own_push(play.thief)
    async with play.step("The victim follows the link, knows the client, and says yes"):
        await play.victim.follow(link)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with all that it is bound to"):
        own, bent = play.thief.verifiers.own(), Bent(changes={"redirect_uri": OWN_REDIRECT_URI})
        await play.thief.use(await play.thief.redeem(code, own, bent))
