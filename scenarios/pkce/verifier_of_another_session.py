"""A thief presents the verifier of a login of its own with the victim's code.

RFC 7636 section 4.4. A challenge belongs to one code. A server that keeps challenges by client, or
looks for any that fits, lets every customer redeem every other customer's code.
"""

from attacker.vantage import RESPONSE
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login


@scenario(
    title="The verifier of one login does not redeem the code of another",
    vantage=RESPONSE,
    clauses=("RFC7636#4.4", "RFC7636#4.6"),
    remedy="Keep each challenge with its code, and compare with that one only.",
    attack=(Redeem(Verifier.OWN),),
)
async def verifier_of_another_session(play: Play) -> None:
    """Sign in with an own account and an own challenge, then redeem the victim's code with it."""
    async with play.step("The thief signs in with its own account, by a challenge of its own"):
        await play.thief.study_client()
        own = {
            "code_challenge": await play.thief.verifiers.choose(),
            "code_challenge_method": "S256",
        }
        await play.injector.browser.sign_in(play.thief.build_authorization_request((), **own))
    code = await code_of_the_victims_login(play)
    async with play.step("The thief redeems the victim's code with its own verifier"):
        await play.thief.use(await play.thief.redeem(code, play.thief.verifiers.own()))
