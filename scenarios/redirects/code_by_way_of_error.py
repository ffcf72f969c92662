"""The server itself is the last link of a chain of redirects: it sends a refusal to anybody.

RFC 9700 section 4.11.2. The client passes an answer on to where a parameter of its redirect URI
says, but to its server only, whom it trusts. There it arrives as a request of an app that nobody
has registered, and at the end of the redirect URI of that stands the answer with the code. A server
that sends its refusal there gives the code to whoever has written that address.
"""

from attacker.own_client import OWN_WEB_REDIRECT_URI, by_way_of_refusal
from attacker.token_request import Bent
from attacker.vantage import OWN_ADDRESS
from reports.records import Deviation, Refusal
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="The server redirects nobody to an address that no client has registered",
    vantage=OWN_ADDRESS,
    clauses=("RFC9700#4.11.2", "RFC6749#4.1.2.1", "RFC9700#4.11.1"),
    remedy="Show the user an error page wherever the client or the redirect URI is not known.",
    attack=(
        Rule(
            "the redirect URI is not one that the client has registered",
            ("redirect_unchecked", "redirect_prefix_accepted", "redirect_query_accepted"),
        ),
        Rule(
            "the server tells a refusal to the user when it knows no client to tell it to",
            ("errors_redirected_anywhere",),
        ),
        Redeem(Verifier.OWN),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.SILENCE),
    deviates=(Deviation.REDIRECT_URI,),
    uses=("callback_forwards_home",),
)
async def code_by_way_of_error(play: Play) -> None:
    """Have the client pass the answer on to a request that the server must refuse."""
    async with play.step("The thief writes a request that leads from the client to the server"):
        await play.thief.study_client()
        detour = by_way_of_refusal(play.thief.metadata["authorization_endpoint"])
        bent = f"{play.thief.known_redirect_uri()}{detour}"
        request = play.thief.build_authorization_request(redirect_uri=bent)
    async with play.step("The victim follows the link, and says yes; later it visits a web site"):
        await play.victim.follow(request)
        await play.victim.open(OWN_WEB_REDIRECT_URI)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with all that it is bound to"):
        own, straight = play.thief.verifiers.own(), Bent(changes={"redirect_uri": bent})
        await play.thief.use(await play.thief.redeem(code, own, straight))
