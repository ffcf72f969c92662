"""The client calls somebody's service for its user, and that somebody uses the token elsewhere.

RFC 9700 section 2.3. A service that is handed an access token holds it as well as the client does.
So the client asks for one that is for this service alone, by the parameter ``resource``, and every
other one has to refuse it: here userinfo, which would tell who the user is.
"""

from attacker.vantage import OWN_SERVICE
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A token that was issued for one service cannot be used at another",
    vantage=OWN_SERVICE,
    clauses=("RFC9700#2.3", "RFC9700#4.10.2"),
    remedy="Issue access tokens for one audience each, and refuse at each service all others.",
    attack=(
        Rule(
            "the token is for the attacker's service, and userinfo is another",
            bent_by=("token_of_another_resource_accepted",),
        ),
    ),
    refusals=(Refusal.USERINFO,),
    uses=("calls_resource",),
)
async def token_of_another_service(play: Play) -> None:
    """Wait for the client to call the own service, and use its token at userinfo."""
    async with play.step("The victim signs in, and the client calls the attacker's service"):
        await play.victim.log_in()
        token = play.thief.catch("access_token")
    async with play.step("The attacker shows the token to userinfo"):
        await play.thief.use(token)
