"""A script in a page of the client runs a flow of its own, and reads the answer like the client.

OAuth 2.0 for Browser-Based Applications section 5.1.4, RFC 8252 section 8.6. The attacker needs
nothing that the client keeps: the request and its challenge are its own, the redirect URI is the
client's, and one page of an origin reads the address of another. Only the server can stop it, by
asking.
"""

from attacker.own_pages import intruder_with
from attacker.vantage import SCRIPT_AT_CLIENT
from reports.records import Proof, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.consent import Unasked
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Unhindered
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


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


@scenario(
    title="A script in a page of the client cannot end a login of the attacker's as the victim",
    vantage=SCRIPT_AT_CLIENT,
    clauses=("RFC9700#4.5.4", "RFC9700#4.7"),
    remedy="Let no script of others into pages of the client: no server can tell it apart.",
    attack=(
        Unasked(by_prompt_none=True),
        Unhindered("one page of the client's origin reads the address of another"),
    ),
    proof=Proof.SESSION,
    refusals=(Refusal.SILENCE, Refusal.AUTHORIZATION_ENDPOINT),
    client_type=ClientType.CONFIDENTIAL,
    channels=(WEB_PAGES,),
    limit="A script in a page of the client is the client, as far as a browser can tell",
)
async def script_at_web_client(play: Play) -> None:
    """Have the victim's browser answer the attacker's own login, and end that with the code."""
    async with play.step("The attacker starts a login of its own at the client"):
        own_state = await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step(
        "Its script opens that login, with another state and no question to the user, in a page "
        "of the client"
    ):
        request = play.injector.spoilt_request(prompt="none")
        await play.victim.uses_client_with(intruder_with(request))
        code = play.thief.catch()
    async with play.step("The attacker ends its own login with the code that the script brought"):
        await play.injector.inject(code, own_state)
        await play.injector.look_at_session()
