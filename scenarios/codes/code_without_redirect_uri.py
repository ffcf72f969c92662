"""A code is redeemed without a word about where it was sent.

RFC 6749 section 4.1.3. A redirect URI that stood in the authorization request must stand in the
token request, too. A server that compares it only if it is there leaves it to the thief whether to
be checked.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A code cannot be redeemed by a request that leaves the redirect URI out",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#4.1.3", "RFC6749#10.6"),
    remedy="Demand the redirect URI in every token request for a code that was issued with one.",
    attack=(Rule("the redirect URI is missing", bent_by=("redirect_uri_optional_at_token",)),),
    deviates=(Deviation.REDIRECT_URI,),
)
async def code_without_redirect_uri(play: Play) -> None:
    """Get a code by an own flow, and leave the redirect URI out."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code, and does not say where it came to"):
        silent = Bent({"redirect_uri": None})
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, silent))
