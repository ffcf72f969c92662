"""A code that nobody has redeemed is found in a log, ten minutes later.

RFC 6749 section 4.1.2. Codes end up in logs and histories. The less time they are good for, the
less is there to find: ten minutes are the most that the RFC allows. The flow is the thief's own, so
that PKCE is no obstacle.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario

_TEN_MINUTES = 600.0


@scenario(
    title="A code that was not redeemed within ten minutes cannot be redeemed any more",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#4.1.2", "RFC6749#10.5", "RFC9700#4.2.4"),
    remedy="Let codes expire after a minute, and hold the time against each token request.",
    attack=(Rule("the code has expired", bent_by=("code_never_expires",)),),
    deviates=(Deviation.AGE,),
    needs=(Need.CLOCK,),
)
async def expired_code(play: Play) -> None:
    """Get a code by an own flow, let time pass, redeem."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("Ten minutes go by, and the thief redeems the code"):
        play.let_time_pass(_TEN_MINUTES)
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
