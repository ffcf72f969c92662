"""The thief starts the flow itself, in the name of the honest app.

RFC 8252 section 8.6. The thief builds the authorization request with a challenge of its own and
opens it in the browser of a victim who is signed in and has consented before. PKCE protects only
flows that the honest client started: here the thief knows the verifier, because it chose it.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Refusal
from scenarios.channels import ACCESS_LOG, LOOPBACK
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="A flow that the thief started itself yields it nothing",
    vantage=OWN_REQUEST,
    clauses=("RFC8252#8.6", "RFC8252#8.1", "RFC9700#4.1"),
    remedy="Ask a public client's users for consent every time, or use claimed https redirects.",
    attack=(Unasked(), Redeem(Verifier.OWN)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    postures=HEADLINE,
    channels=(LOOPBACK, ACCESS_LOG),
)
async def own_flow(play: Play) -> None:
    """Build the request with an own challenge, let the victim's browser run it, redeem."""
    async with play.step("The thief builds an authorization request with a challenge of its own"):
        await play.thief.study_client()
        request = play.thief.build_authorization_request()
    async with play.step(
        "The victim's browser opens it; the victim is signed in, and sees nothing"
    ):
        await play.victim.lured_to(request)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
