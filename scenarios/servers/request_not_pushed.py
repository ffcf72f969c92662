"""The attacker writes a request into a link, for a client that has to push its requests.

RFC 9126 section 6. A client that always pushes has said so when it was registered, so that nobody
can have its users answer a request that stands in a URL. The attacker's has a challenge of its own,
the victim knows the client and says yes, and the redirect leaks.
"""

from attacker.pushed_requests import written_out
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.challenge import Asked
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request


@scenario(
    title="A client that has to push its requests gets no code for one in a link",
    vantage=OWN_REQUEST,
    clauses=("RFC9126#6", "RFC8252#8.6"),
    remedy="Refuse every request in a URL of a client that has registered to push them.",
    attack=(
        Rule(
            says="the client has registered to push its requests, and this one was not",
            bent_by=("pushed_request_requirement_ignored",),
        ),
        Redeem(Verifier.OWN, Asked.OWN),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    deviates=(Deviation.PKCE,),
    uses=("pushed_requests",),
)
async def request_not_pushed(play: Play) -> None:
    """Write a request out, let the victim run it, redeem with the own verifier."""
    async with play.step("The thief signs in itself, and sees where the client has its codes sent"):
        await play.injector.sign_in()
    code = await code_of_own_request(play, "", "", **written_out(play.thief))
    async with play.step("The thief redeems the code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
