"""The server sends a code to a redirect URI that the client has not registered.

RFC 9700 sections 4.1 and 2.1: redirect URIs are compared as strings, exactly, because every other
comparison has been outwitted. The thief sends the victim a request in the honest client's name,
with a challenge of its own and a redirect URI that it has bent. The victim knows the client and
says yes. Where the code comes to an address of the thief's, it knows all that the code is bound to.
"""

from attacker.vantage import OWN_ADDRESS
from reports.records import Deviation, Refusal
from scenarios.model.redemption import Redeem
from scenarios.model.redirect import Spelling
from scenarios.model.rule import Rule
from scenarios.model.spellings import SPELLINGS
from scenarios.model.verifier import Verifier
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import Scenario, scenario, variant


async def redirect(play: Play, *, spelling: Spelling) -> None:
    """Bend the redirect URI, let the victim run the request, redeem what arrives."""
    async with play.step("The thief builds a request with a challenge and a redirect of its own"):
        await play.thief.study_client()
        bent = spelling.bend(play.thief.known_redirect_uri())
        play.thief.answer_at(bent)
        request = play.thief.build_authorization_request(**spelling.as_request(bent))
    async with play.step("The victim follows the link, knows the client, and says yes"):
        await play.victim.follow(request)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with all that it is bound to"):
        own = play.thief.verifiers.own()
        token = await play.thief.redeem(code, own, spelling.as_token_request(bent))
        await play.thief.use(token)
    async with play.step("If that was refused, it redeems another with what is registered"):
        if code is not None and token is None:
            await play.victim.follow(request)
            await play.thief.use(await play.thief.redeem(play.thief.catch(), own))


def _made(spelling: Spelling) -> Scenario:
    return scenario(
        title=spelling.title,
        vantage=OWN_ADDRESS,
        clauses=spelling.clauses,
        remedy="Compare redirect URIs as strings, exactly, and register whole ones only.",
        attack=(
            Rule("the redirect URI is not one that the client has registered", spelling.bent_by),
            Redeem(Verifier.OWN),
        ),
        refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.REGISTERED_ADDRESS),
        deviates=(Deviation.REDIRECT_URI,),
        uses=spelling.uses,
        needs=(Need.OWN_DOINGS,) if spelling.only_ours else (),
        objection=spelling.objection,
    )(variant(redirect, spelling.name, spelling=spelling))


SCENARIOS = tuple(_made(spelling) for spelling in SPELLINGS)
