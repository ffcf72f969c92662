"""A page of the attacker's lays the question for consent over a prize, invisibly.

RFC 6749 section 10.13, RFC 9700 section 4.16. The attacker's own app asks for the victim's data.
The victim, who is signed in, claims the prize, and the click lands on the button that allows it.
"""

from attacker.own_pages import bait_around
from attacker.vantage import OWN_REQUEST_AND_WEB_SITE
from reports.records import Deviation, Refusal
from scenarios.channels import FRAMED_PAGES
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A click on somebody else's page does not answer the question for consent",
    vantage=OWN_REQUEST_AND_WEB_SITE,
    clauses=("RFC9700#4.16", "RFC6749#10.13"),
    remedy="Forbid that pages of the server are framed: frame-ancestors, X-Frame-Options.",
    attack=(
        Rule("no other site may frame the pages of the server", bent_by=("page_framing_allowed",)),
    ),
    refusals=(Refusal.FRAME,),
    deviates=(Deviation.CLIENT_ID, Deviation.REDIRECT_URI, Deviation.PKCE),
    channels=(FRAMED_PAGES,),
    needs=(Need.ATTACKERS_ACCOUNT, Need.OWN_CLIENT, Need.CONSENT_ASKED_AGAIN),
)
async def framed_consent(play: Play) -> None:
    """Frame the own app's request, have the victim click there, redeem the code."""
    async with play.step("The attacker looks in its own browser for the button that allows it"):
        await play.thief.study_client()
        own = play.thief.own
        request = play.thief.build_authorization_request(
            client_id=own.client_id,
            redirect_uri=own.redirect_uri,
            scope=own.scope,
            prompt="consent",
        )
        spot = await play.find_yes(request)
    async with play.step("The victim claims the prize on a page that frames this, invisibly"):
        await play.victim.clicks_on_page(bait_around(request, spot))
        code = play.thief.catch()
    async with play.step("The attacker's app redeems the code, if the click has given it one"):
        verifier = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, verifier, own.with_own_code()))
