"""The attacker brings the client a redirect that has done its work, from a log.

RFC 9700 section 4.5.3. The code is used up, and the verifier with it, so neither PKCE nor the
server has any more to say: it is the client that must know that this login is over.
"""

from attacker.vantage import RESPONSE
from reports.records import Deviation, Proof, Refusal
from scenarios.model.sessions import BringAgain
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A redirect that has signed somebody in signs nobody in again",
    vantage=RESPONSE,
    clauses=("RFC9700#4.5.3", "RFC6749#10.5"),
    remedy="Forget a login as soon as it is answered, whatever comes of it.",
    attack=(BringAgain(),),
    refusals=(Refusal.CLIENT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.USED,),
    proof=Proof.SESSION,
)
async def redirect_brought_again(play: Play) -> None:
    """Read a redirect in a log, let the victim use it, and bring it to the client once more."""
    async with play.step("The victim's redirect is in a log; on the second try it signs them in"):
        await play.victim.log_in()
        code, state = await play.thief.receive_code(), play.thief.catch("state")
        await play.victim.reload()
    async with play.step("The attacker starts its own login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The attacker brings the redirect that the victim has used"):
        await play.injector.inject(code, state)
        await play.injector.look_at_session()
