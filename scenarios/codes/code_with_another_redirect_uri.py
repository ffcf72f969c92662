"""A code is redeemed for another redirect URI than the one that it was sent to.

RFC 6749 sections 4.1.3 and 10.6. The token request repeats the redirect URI, so that the server
notices when a code was sent to an address that its client did not choose. Here everything else is
right: the flow is the thief's own, and so is the verifier. Where the client has registered another
redirect URI, it is that one: a server may look whether it knows it, and not whether it is the same.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A code cannot be redeemed with another redirect URI than it was issued for",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#4.1.3", "RFC6749#10.6"),
    remedy="Keep the redirect URI with each code, and compare it with that of the token request.",
    attack=(
        Rule(
            "the redirect URI is not the one that the code was issued for",
            bent_by=("code_not_bound_to_redirect_uri",),
        ),
    ),
    deviates=(Deviation.REDIRECT_URI,),
)
async def code_with_another_redirect_uri(play: Play) -> None:
    """Get a code by an own flow, and name another redirect URI with it."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code as if it had come to another address"):
        elsewhere = Bent({"redirect_uri": play.thief.elsewhere})
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, elsewhere))
