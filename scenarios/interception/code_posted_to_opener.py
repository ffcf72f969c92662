"""The attacker's page opens a login in a window of its own, and the client's page reports the code.

RFC 9700 section 4.17. Where a login runs in a window of its own, its last page tells the page that
has opened it. With the target origin ``*`` that may be anybody's. Here it is the attacker's, and so
is the login: the client does not know it in this browser, and uses no code. With the code the
attacker ends that login itself, and PKCE and the client's secret are on its side.
"""

from attacker.own_pages import opener_of
from attacker.vantage import OWN_REQUEST_AND_WEB_SITE
from reports.records import Proof, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.consent import Unasked
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A page of the client tells no other site that has opened it which code it brought",
    vantage=OWN_REQUEST_AND_WEB_SITE,
    clauses=("RFC9700#4.17", "RFC9700#4.5.4"),
    remedy="Post messages to the client's own origin only, and none with a code in them.",
    attack=(
        Unasked(by_prompt_none=True),
        Rule(
            "pages of the client post their address to nobody else's pages",
            ("answer_posted_to_any_opener",),
        ),
    ),
    refusals=(Refusal.SILENCE, Refusal.AUTHORIZATION_ENDPOINT),
    client_type=ClientType.CONFIDENTIAL,
    channels=(WEB_PAGES,),
    proof=Proof.SESSION,
)
async def code_posted_to_opener(play: Play) -> None:
    """Start an own login, have the victim open it from the own page, end it with the code."""
    async with play.step("The attacker starts a login of its own at the client"):
        own_state = await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The victim opens that login from a page of the attacker's"):
        await play.victim.clicks_on_page(opener_of(play.injector.own_request(prompt="none")))
        code = play.thief.catch()
    async with play.step("The attacker ends its own login with the code that the page was told"):
        await play.injector.inject(code, own_state)
        await play.injector.look_at_session()
