"""An access token in the wrong hands, or in the wrong place.

RFC 6750 sections 2.3 and 5.2. A bearer token is worth something to whoever holds it, for as long as
it lasts; and one that may travel in URLs is held by many.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request

_REFUSALS = (Refusal.USERINFO, Refusal.TOKEN_ENDPOINT)
_FROM_CODE = Redeem(Verifier.OWN)


@scenario(
    title="An access token is not accepted after its end",
    vantage=OWN_REQUEST,
    clauses=("RFC6750#5.2", "RFC6749#10.3"),
    remedy="Let access tokens expire within the hour, and look at the time at every use.",
    attack=(
        _FROM_CODE,
        Rule("the token has expired", bent_by=("access_token_never_expires",)),
    ),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE,),
)
async def expired_access_token(play: Play) -> None:
    """Redeem at once, and use the token the day after."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code, and keeps the token until tomorrow"):
        token = await play.thief.redeem(code, play.thief.verifiers.own())
        play.let_time_pass(24 * 3600)
    async with play.step("The thief reads the victim's data with it"):
        await play.thief.use(token)


@scenario(
    title="An access token in a URL is not accepted",
    vantage=OWN_REQUEST,
    clauses=("RFC6750#2.3", "RFC9700#4.3.2"),
    remedy="Accept access tokens in the Authorization header only.",
    attack=(
        _FROM_CODE,
        Rule("a token does not belong into a URL", bent_by=("query_token_accepted",)),
    ),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE,),
)
async def access_token_in_url(play: Play) -> None:
    """Use the token where every log on the way keeps it."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code"):
        token = await play.thief.redeem(code, play.thief.verifiers.own())
    async with play.step("The thief reads the victim's data with the token in the URL"):
        await play.thief.use(token, in_url=True)
