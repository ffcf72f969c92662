"""The attacker registers a script as the redirect URI of its app, and the server's page runs it.

RFC 8252 section 7.1. Browsers follow no redirect to ``javascript:``, but a form that is sent there
runs the script in the name of the page, and ``response_mode=form_post`` makes the server write such
a page. A refusal is sent in that way, too, so nobody is asked anything. The script shows a sign-in
form at the server's own address.
"""

from attacker.own_client import OWN_SCRIPT, OWN_SCRIPT_CLIENT_ID
from attacker.vantage import OWN_REQUEST_AND_WEB_SITE
from reports.records import Proof, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="No app speaks to the user in the name of the server",
    vantage=OWN_REQUEST_AND_WEB_SITE,
    clauses=("RFC8252#7.1", "RFC6749#10.14"),
    remedy="Register https, loopback and reversed domain names only, and run no script on pages.",
    attack=(
        Rule(
            "an app whose redirect URI is a script is not registered", ("script_scheme_accepted",)
        ),
    ),
    proof=Proof.SESSION,
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    channels=(WEB_PAGES,),
)
async def script_as_redirect_uri(play: Play) -> None:
    """Have the server answer to a script, and sign in with the password that it asks for."""
    async with play.step("The attacker looks at its own session at the client: nobody is there"):
        await play.thief.study_client()
        await play.injector.look_at_session()
    async with play.step("The victim follows a link to a request that must not ask anything"):
        request = play.thief.build_authorization_request(
            client_id=OWN_SCRIPT_CLIENT_ID,
            redirect_uri=OWN_SCRIPT,
            response_mode="form_post",
            prompt="none",
            code_challenge=await play.thief.verifiers.choose(),
            code_challenge_method="S256",
        )
        await play.victim.trusts_page(request)
    async with play.step("The attacker signs in at the client with what the page was told"):
        loot = play.thief.loot
        await play.injector.sign_in_with(loot.find("username"), loot.find("password"))
        await play.injector.look_at_session()
