"""A thief shows an access token that is bound to the client's key as if it were a bearer token.

RFC 9449 section 7.2. The token was read in the answer to the client, in a log or by a debugging
proxy. A bearer token would open the victim's data to anybody; this one needs a proof of the key
with every request.
"""

from attacker.vantage import TOKEN_RESPONSES
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A stolen access token that is bound to a key is worth nothing without it",
    vantage=TOKEN_RESPONSES,
    clauses=("RFC9449#7.2", "RFC9700#4.10.1"),
    remedy="Refuse a token that is bound to a key where no proof of that key comes with it.",
    attack=(
        Rule(
            says="userinfo asks for a proof of the key that the token is bound to",
            bent_by=("dpop_proof_optional_at_userinfo",),
        ),
    ),
    refusals=(Refusal.USERINFO,),
    uses=("dpop",),
)
async def bound_token_as_bearer(play: Play) -> None:
    """Read the token response, use the token without a proof."""
    async with play.step("The victim signs in; somebody reads what the client is answered"):
        await play.victim.log_in()
        token = play.thief.catch("access_token")
    async with play.step("The thief shows the token as a bearer token"):
        await play.thief.use(token)
