"""Somebody on the way takes the challenge out of the victim's authorization request.

RFC 9700 section 4.8. A server that accepts a request without a challenge binds its code to nothing,
and whoever reads the redirect redeems it. The client has used PKCE, and has noticed nothing.
"""

from attacker.loot import LootItem
from attacker.vantage import ALTERED_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.challenge import Ask, Asked
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login

_REFUSALS = (Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT)
_REMEDY = "Require a challenge in every authorization request, at the authorization endpoint."


@scenario(
    title="A request whose challenge was taken out on the way gets no code",
    vantage=ALTERED_REQUEST,
    clauses=("RFC9700#4.8", "RFC7636#4.4.1", "RFC9700#2.1.1"),
    remedy=_REMEDY,
    attack=(Ask(Asked.NONE), Redeem(Verifier.LEFT_OUT, Asked.NONE)),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE,),
)
async def stripped_challenge(play: Play) -> None:
    """Strip the challenge, capture the redirect, redeem without a verifier."""
    code = await _code_of_a_stripped_request(play)
    async with play.step("The thief redeems the code without a verifier"):
        await play.thief.use(await play.thief.redeem(code))


@scenario(
    title="A verifier is refused for a code that has no challenge",
    vantage=ALTERED_REQUEST,
    clauses=("RFC9700#4.8.2", "OAUTH-2.1#4.1.3"),
    remedy="Refuse a token request with a verifier whose code was issued without a challenge.",
    attack=(Ask(Asked.NONE), Redeem(Verifier.MADE_UP, Asked.NONE)),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE,),
)
async def verifier_without_challenge(play: Play) -> None:
    """The same, with a verifier that is made up: the server should miss the challenge at last."""
    code = await _code_of_a_stripped_request(play)
    async with play.step("The thief redeems the code with any verifier"):
        await play.thief.use(await play.thief.redeem(code, await play.thief.verifiers.made_up()))


async def _code_of_a_stripped_request(play: Play) -> LootItem | None:
    async with play.step("Somebody on the way waits for the victim's authorization request"):
        play.thief.change = _stripped
    return await code_of_the_victims_login(play)


def _stripped(request: dict[str, str]) -> dict[str, str]:
    return {name: each for name, each in request.items() if not name.startswith("code_challenge")}
