"""A token request in the name of a public client brings a secret that nobody has checked.

RFC 6749 section 2.3. A public client has no secret. A server that takes one all the same lets its
developers believe that the secret in their app protects something: the thief sends any.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A public client's code cannot be redeemed with a secret",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#2.3", "RFC6749#2.1", "RFC8252#8.5"),
    remedy="Refuse client authentication of any kind from a client that is registered as public.",
    attack=(
        Rule(
            "a public client has no secret, so whoever sends one is mistaken or lying",
            bent_by=("secret_from_public_client_accepted",),
        ),
    ),
    deviates=(Deviation.SECRET,),
)
async def secret_of_a_public_client(play: Play) -> None:
    """Run a flow in the client's name, and redeem its code with a secret that does not exist."""
    async with play.step("The victim follows a link of the thief's, and allows what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief redeems the code with a secret that it has made up"):
        invented = Bent({"client_secret": play.thief.make_up("client_secret", "letmein").value})
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, invented))
