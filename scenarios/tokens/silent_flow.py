"""The thief's request forbids the server to ask anybody anything.

OpenID Connect Core section 3.1.2.1. With ``prompt=none`` a request fails where the user would have
to be asked. A server that grants it instead gives every app a code for every user who is signed in.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A request that forbids to ask is refused where the user would have to be asked",
    vantage=OWN_REQUEST,
    clauses=("OIDC-CORE#3.1.2.1", "RFC8252#8.6"),
    remedy="Answer prompt=none with consent_required unless the user has allowed it before.",
    attack=(Unasked(silently=True), Redeem(Verifier.OWN)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.PKCE,),
)
async def silent_flow(play: Play) -> None:
    """Build the request with prompt=none, let the victim's browser run it, redeem."""
    async with play.step("The thief builds a request that forbids to ask"):
        await play.thief.study_client()
        own = {
            "code_challenge": await play.thief.verifiers.choose(),
            "code_challenge_method": "S256",
        }
        request = play.thief.build_authorization_request((), prompt="none", **own)
    async with play.step("The victim's browser opens it; the victim is signed in"):
        await play.victim.lured_to(request)
    async with play.step("The thief redeems the code with its own verifier"):
        code = play.thief.catch()
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
