"""The attacker signs the victim in with its own account, at a client that relies on PKCE for that.

RFC 9700 sections 2.1 and 4.8.2. The client compares no state, because no code of another login fits
the verifier of this one. So the attacker asks for its own code without any challenge. The client
sends its verifier all the same, and a server that does not miss the challenge redeems the code.
"""

from attacker.vantage import OWN_ACCOUNT
from reports.records import Deviation, Proof, Refusal
from scenarios.model.challenge import Ask, Asked
from scenarios.model.sessions import BringUnbound
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A client that relies on PKCE takes no answer to a login without a challenge",
    vantage=OWN_ACCOUNT,
    clauses=("RFC9700#4.8.2", "RFC9700#2.1", "RFC9700#4.7"),
    remedy="Refuse a token request with a verifier whose code was issued without a challenge.",
    attack=(Ask(Asked.NONE), BringUnbound()),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.PKCE,),
    proof=Proof.FORCED_SESSION,
    uses=("csrf_by_pkce",),
)
async def forced_login_without_challenge(play: Play) -> None:
    """Get an own code that is bound to nothing, and have the victim bring it to the client."""
    async with play.step("The attacker writes a request without a challenge"):
        await play.thief.study_client()
        play.thief.build_authorization_request(code_challenge=None, code_challenge_method=None)
        request = play.thief.loot.need("authorization_request")
    async with play.step("The attacker signs in with its own account, and stops before the client"):
        answer = await play.injector.answer_to(request)
    async with play.step("The victim begins a login at the client; nobody is signed in"):
        await play.victim.begin_login()
        await play.victim.look_at_session()
    async with play.step("The victim follows a link of the attacker's: the answer to its login"):
        await play.victim.follow(answer)
        await play.victim.look_at_session()
