"""The attacker uses the victim's reference again, and has the victim finish that login.

RFC 9126 section 7.3. The victim's browser carries a reference, and somebody reads it in a log. Used
again, it gives the attacker's account a code for the victim's own login: state, nonce and challenge
are those of the victim's session, so the client has nothing to object to, and signs the victim in
as the attacker.
"""

from attacker.pushed_requests import request_of_the_victim
from attacker.vantage import REQUEST
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A reference to a pushed request serves one browser, once",
    vantage=REQUEST,
    clauses=("RFC9126#7.3", "RFC9126#4", "RFC9700#4.7"),
    remedy="Let a request_uri serve once, and make it short-lived.",
    attack=(
        Rule(
            says="a reference serves once, and the victim's browser was first",
            bent_by=("request_uri_reusable",),
        ),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    proof=Proof.FORCED_SESSION,
    uses=("pushed_requests",),
)
async def reference_used_again(play: Play) -> None:
    """Read the reference, sign in over it, and have the victim follow the answer."""
    async with play.step("The victim begins a login; somebody reads the reference in a log"):
        await play.victim.begin_login()
        await play.victim.look_at_session()
        request = request_of_the_victim(play.thief)
    async with play.step("The attacker uses it again, and signs in with its own account"):
        answer = await play.injector.answer_to(request)
    async with play.step("The victim follows a link of the attacker's: the answer to its login"):
        await play.victim.follow(answer)
        await play.victim.look_at_session()
