"""The thief starts the flow itself, and forbids the server to ask the victim.

OpenID Connect Core section 3.1.2.1, RFC 8252 section 8.6. With ``prompt=none`` no page is shown. A
request that would need the user's consent must then fail: to go without a question is not to go
without an answer.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Refusal
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A flow that forbids to ask the user yields nothing that the user has not allowed",
    vantage=OWN_REQUEST,
    clauses=("OIDC-CORE#3.1.2.1", "RFC8252#8.6", "RFC6749#10.2"),
    remedy="Answer prompt=none with consent_required wherever the user would have to be asked.",
    attack=(Unasked(by_prompt_none=True), Redeem(Verifier.OWN)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
)
async def silent_flow(play: Play) -> None:
    """Build the request with prompt=none, let the victim's browser run it, redeem."""
    async with play.step("The thief builds an authorization request that must not ask"):
        await play.thief.study_client()
        request = play.thief.build_authorization_request(prompt="none")
    async with play.step("The victim's browser opens it, and shows the victim nothing"):
        await play.victim.lured_to(request)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
