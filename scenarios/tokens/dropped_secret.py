"""The victim allows a flow of the thief's, and a secret is all that could still stop it.

RFC 9700 section 2.5, OAuth 2.1 section 2.4. A client that drops its secret for PKCE loses nothing
where codes are stolen: S256 holds. But whoever starts a flow in its name knows the verifier, and
only a server that authenticates the client can tell that it is not the client who redeems the code.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A user who allows a stranger's link has not made the stranger the client",
    vantage=OWN_REQUEST,
    clauses=("RFC9700#2.5", "RFC6749#3.2.1", "RFC8252#8.6"),
    remedy="Let a client that can keep a secret use both: the secret says who redeems, PKCE whose "
    "login it is.",
    attack=(Redeem(Verifier.OWN),),
    deviates=(Deviation.SECRET,),
    client_type=ClientType.CONFIDENTIAL,
)
async def dropped_secret(play: Play) -> None:
    """Run a flow in the client's name that its user allows, and redeem its code as it is."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier, and no secret"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
