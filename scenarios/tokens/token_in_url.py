"""A token is used out of a URL, as it stands in a log.

RFC 6750 section 2.3. A server that accepts access tokens in the URL invites its clients to put them
there, and then logs, histories and referrers hold tokens that need only be opened.
"""

from attacker.vantage import TOKEN_RESPONSES
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="An access token in a URL opens nothing",
    vantage=TOKEN_RESPONSES,
    clauses=("RFC6750#2.3", "RFC6750#5.3", "RFC9700#4.3.2"),
    remedy="Accept access tokens in the Authorization header only.",
    attack=(Rule("userinfo reads no token from a URL", bent_by=("query_token_accepted",)),),
    refusals=(Refusal.USERINFO,),
    needs=(Need.OWN_API,),
)
async def token_in_url(play: Play) -> None:
    """Read the token in the answer to the client, and open userinfo with it in the URL."""
    async with play.step("The victim signs in; the thief reads the answer to the token request"):
        await play.victim.log_in()
        token = play.thief.catch("access_token")
    async with play.step("The thief opens userinfo, with the access token in the URL"):
        await play.thief.use(token, in_url=True)
