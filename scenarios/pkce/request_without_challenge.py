"""The thief writes the authorization request itself, and just leaves the challenge out.

RFC 7636 section 4.4.1, RFC 9700 section 2.1.1. No client that uses PKCE has sent this, so no client
can notice it, and none can be told from one that does not: that requests have a challenge is for
the server to insist on.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.challenge import Ask, Asked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request


@scenario(
    title="An authorization request without a challenge gets no code, whoever wrote it",
    vantage=OWN_REQUEST,
    clauses=("RFC7636#4.4.1", "RFC9700#2.1.1", "RFC8252#8.1"),
    remedy="Require a challenge in every authorization request, at the authorization endpoint.",
    attack=(Ask(Asked.NONE), Redeem(Verifier.LEFT_OUT, Asked.NONE)),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.PKCE,),
)
async def request_without_challenge(play: Play) -> None:
    """Build a request without a challenge, and redeem its code without a verifier."""
    code = await code_of_own_request(play, code_challenge=None, code_challenge_method=None)
    async with play.step("The thief redeems the code without a verifier"):
        await play.thief.use(await play.thief.redeem(code))
