"""A script in a page of the client runs a flow of its own, and reads the answer like the client.

OAuth 2.0 for Browser-Based Applications section 5.1.4, RFC 8252 section 8.6. The attacker needs
nothing that the client keeps: the request and its challenge are its own, the redirect URI is the
client's, and one page of an origin reads the address of another. Only the server can stop it, by
asking.
"""

from attacker.own_pages import intruder_with
from attacker.vantage import SCRIPT_AT_CLIENT
from reports.records import Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="Not even a script in a page of the client gets a code that the user was not asked for",
    vantage=SCRIPT_AT_CLIENT,
    clauses=("OIDC-CORE#3.1.2.1", "RFC8252#8.6", "RFC6749#10.2"),
    remedy="Ask the user each time a public client wants a code, or let a server be the client.",
    attack=(Unasked(by_prompt_none=True), Redeem(Verifier.OWN)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    channels=(WEB_PAGES,),
)
async def script_at_redirect_origin(play: Play) -> None:
    """Open an own request from a page of the client, read where it ends, redeem the code."""
    async with play.step("The attacker prepares a request in the client's name"):
        await play.thief.study_client()
        request = play.thief.build_authorization_request(prompt="none")
    async with play.step("Its script opens that, when the victim clicks in a page of the client"):
        await play.victim.uses_client_with(intruder_with(request))
        code = play.thief.catch()
    async with play.step("The attacker redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
