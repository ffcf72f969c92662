"""A code is redeemed by a request whose parameters all stand in its URL.

RFC 6749 section 3.2. A client must use POST. Where GET is answered, too, some client will use it,
and code, verifier and secret stand in every log on the way.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A code cannot be redeemed by GET",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#3.2", "RFC6749#2.3.1", "RFC9700#4.2.4"),
    remedy="Answer no token request but POST, and read no parameter from its URL.",
    attack=(
        Rule(
            "the token endpoint answers nothing but POST",
            bent_by=("token_request_by_get_accepted",),
        ),
    ),
    deviates=(Deviation.METHOD,),
)
async def code_by_get(play: Play) -> None:
    """Get a code by an own flow, and redeem it by GET."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code by GET"):
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, Bent(method="GET")))
