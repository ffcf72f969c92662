"""A stolen access token is used two hours after it was issued.

RFC 6750 section 5.2. Whoever holds a bearer token is taken for its owner. Its end is what limits
the damage, so the server has to hold it against each use.
"""

from attacker.vantage import TOKEN_RESPONSES
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario

_TWO_HOURS = 2 * 3600.0


@scenario(
    title="A stolen access token opens nothing after its announced end",
    vantage=TOKEN_RESPONSES,
    clauses=("RFC6750#5.2", "RFC6750#5.3", "RFC9700#4.10"),
    remedy="Let access tokens live for an hour or less, and refuse them at every resource then.",
    attack=(Rule("the access token has expired", bent_by=("access_token_never_expires",)),),
    refusals=(Refusal.USERINFO,),
    needs=(Need.CLOCK,),
)
async def expired_access_token(play: Play) -> None:
    """Read the token in the answer to the client, let time pass, use it."""
    async with play.step("The victim signs in; the thief reads the answer to the token request"):
        await play.victim.log_in()
        token = play.thief.catch("access_token")
    async with play.step("Two hours go by, and the thief uses the access token"):
        play.let_time_pass(_TWO_HOURS)
        await play.thief.use(token)
