"""The secret of a client: left out, made up, or sent by a client that should have none.

RFC 6749 sections 2.3 and 3.2.1. The flow is the thief's own, so that PKCE is no obstacle: what is
left is whether the token endpoint knows who asks.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request
from victim.identity_provider import ClientType

_MADE_UP = Bent(changes={"client_secret": "there-is-no-such-secret"})


@scenario(
    title="Nobody redeems a confidential client's code without its secret",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#3.2.1", "RFC6749#10.1"),
    remedy="Authenticate confidential clients at the token endpoint, without exception.",
    attack=(Redeem(Verifier.OWN),),
    client_type=ClientType.CONFIDENTIAL,
    deviates=(Deviation.PKCE,),
)
async def missing_secret(play: Play) -> None:
    """Leave the secret out."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code without the client's secret"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))


@scenario(
    title="Nobody redeems a confidential client's code with a secret that is made up",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#3.2.1", "RFC6749#10.1"),
    remedy="Compare the secret with the registered one.",
    attack=(Rule("the secret is not the registered one", bent_by=("secret_not_checked",)),),
    client_type=ClientType.CONFIDENTIAL,
    deviates=(Deviation.PKCE, Deviation.SECRET),
)
async def wrong_secret(play: Play) -> None:
    """Send a secret that is none."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code with a secret that it has made up"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own(), _MADE_UP))


@scenario(
    title="A public client that sends a secret is refused",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#2.3", "RFC6749#2.3.1"),
    remedy="Refuse a client_secret from a client that has none registered.",
    attack=(
        Rule(
            "a public client has no secret to send",
            bent_by=("secret_from_public_client_accepted",),
        ),
    ),
    deviates=(Deviation.PKCE, Deviation.SECRET),
)
async def secret_of_a_public_client(play: Play) -> None:
    """Send a secret where there is none: whoever wrote it took it for protection."""
    code = await code_of_own_request(play)
    async with play.step("The thief redeems the code, and sends a secret along"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own(), _MADE_UP))
