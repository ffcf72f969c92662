"""Somebody poses as a confidential client with the secret that a copy of its app holds.

RFC 8252 section 8.5, RFC 6749 section 10.1. What everybody can download is no secret. The server
takes whoever knows it for the client, and asks no user of a confidential client twice: so the flow
is the thief's own from its first request to the token, and the victim's browser goes through it
without a question.
"""

from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST_AND_APP
from reports.records import Deviation, Refusal
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A copy of the client's app does not make anybody the client",
    vantage=OWN_REQUEST_AND_APP,
    clauses=("RFC8252#8.5", "RFC6749#10.1", "RFC9700#2.5"),
    remedy="Register apps that are handed out as public clients, and give them no secret.",
    attack=(Unasked(), Redeem(Verifier.OWN, with_secret=True)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.SECRET,),
    client_type=ClientType.CONFIDENTIAL,
)
async def secret_in_app(play: Play) -> None:
    """Run a flow in the client's name, and redeem its code with the secret from its app."""
    async with play.step("The victim is lured to a request that the thief has built"):
        await play.thief.study_client()
        await play.victim.lured_to(play.thief.build_authorization_request())
        code = play.thief.catch()
    async with play.step("The thief unpacks a copy of the app, and looks for the client's secret"):
        secret = await play.thief.app.secret()
    async with play.step("The thief redeems the code with its own verifier, and what it found"):
        found = Bent({"client_secret": secret.value if secret else None})
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, found))
