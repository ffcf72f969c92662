"""The code is put into the fragment of an address, and the client's own redirect carries it on.

RFC 9700 sections 4.1.2 and 4.11.1. The client finds no answer in the query, and sends its visitor
back to the site of a partner. That says nothing of the code. But a browser that follows a redirect
takes the fragment along, unless the new address has one, and a script over there reads it. The
request is the thief's, who is the partner, so it knows the verifier. Two roads lead there: a
response mode that the client has not registered, and a fragment in the redirect URI.
"""

from attacker.own_client import AS_PARTNER
from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST_AND_WEB_SITE
from reports.records import Deviation, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import Scenario, scenario, variant


async def code_in_fragment(play: Play, *, mode: str | None, mark: str) -> None:
    """Ask for the code in the fragment, and wait at the partner's site for it to be carried on."""
    async with play.step("The thief builds the request of its own portal, and a challenge"):
        await play.thief.study_client()
        portals = f"{play.thief.known_redirect_uri()}{AS_PARTNER}{mark}"
        request = play.thief.build_authorization_request(redirect_uri=portals, response_mode=mode)
    async with play.step("The victim follows the link, knows the client, and says yes"):
        await play.victim.follow(request)
        code = play.thief.catch()
    async with play.step("The thief redeems the code that a script on its site has read"):
        own = play.thief.verifiers.own()
        straight = Bent(changes={"redirect_uri": portals})
        await play.thief.use(await play.thief.redeem(code, own, straight))


def _made(name: str, title: str, rule: Rule, mode: str | None = None, mark: str = "") -> Scenario:
    return scenario(
        title=title,
        vantage=OWN_REQUEST_AND_WEB_SITE,
        clauses=("RFC9700#4.1.2", "RFC9700#4.11.1", "RFC6749#3.1.2"),
        remedy="Answer in the modes and at the redirect URIs that the client has registered only.",
        attack=(rule, Redeem(Verifier.OWN)),
        refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
        # The address alone is registered, and without the mark there is nothing wrong with it.
        deviates=(Deviation.REDIRECT_URI,) if mark else (),
        channels=(WEB_PAGES,),
        uses=("partner_registered",),
    )(variant(code_in_fragment, name, mode=mode, mark=mark))


SCENARIOS = (
    _made(
        "by_mode",
        "A request cannot choose that the code travels in the fragment",
        Rule(
            "the client has not registered the response mode fragment",
            ("response_mode_unregistered_accepted",),
        ),
        mode="fragment",
    ),
    _made(
        "by_redirect_uri",
        "A fragment in the redirect URI does not take the code along",
        Rule(
            "the redirect URI is not one that the client has registered",
            ("redirect_unchecked", "redirect_prefix_accepted", "redirect_fragment_accepted"),
        ),
        mark="#at",
    ),
)
