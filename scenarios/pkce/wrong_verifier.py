"""A thief presents a verifier that is none: empty, made up, or the challenge as a plain one.

RFC 7636 section 4.6. The server compares the verifier with the challenge of the code, by the method
that came with it, and with nothing else.
"""

from attacker.token_request import Bent
from attacker.vantage import REQUEST_AND_RESPONSE, RESPONSE
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login

_REMEDY = "Compare the verifier with the challenge of the code, by the method kept with it."


@scenario(
    title="An empty verifier does not redeem a stolen code",
    vantage=RESPONSE,
    clauses=("RFC7636#4.6", "RFC7636#4.1"),
    remedy="Refuse an empty code_verifier; do not take it for none.",
    attack=(Redeem(Verifier.EMPTY),),
)
async def empty_verifier(play: Play) -> None:
    """Capture the redirect, redeem with nothing between the quotes."""
    code = await code_of_the_victims_login(play)
    async with play.step("The thief redeems the code with an empty verifier"):
        token = await play.thief.redeem(code, bent=Bent(changes={"code_verifier": ""}))
        await play.thief.use(token)


@scenario(
    title="A verifier that was made up does not redeem a stolen code",
    vantage=RESPONSE,
    clauses=("RFC7636#4.6",),
    remedy=_REMEDY,
    attack=(Redeem(Verifier.MADE_UP),),
)
async def wrong_verifier(play: Play) -> None:
    """Capture the redirect, redeem with a verifier of the right length and alphabet."""
    code = await code_of_the_victims_login(play)
    async with play.step("The thief redeems the code with a verifier that it has made up"):
        await play.thief.use(await play.thief.redeem(code, await play.thief.verifiers.made_up()))


@scenario(
    title="The token request cannot choose the method of a challenge",
    vantage=REQUEST_AND_RESPONSE,
    clauses=("RFC7636#4.4", "RFC7636#4.6"),
    remedy="Keep the code_challenge_method with the code, and ignore it in the token request.",
    attack=(Redeem(Verifier.CHALLENGE_AS_PLAIN),),
)
async def method_swapped(play: Play) -> None:
    """Present the challenge as verifier, and say that the method was plain."""
    code = await code_of_the_victims_login(play)
    async with play.step("The thief presents the challenge, and claims that its method was plain"):
        plain = Bent(changes={"code_challenge_method": "plain"})
        guess = play.thief.verifiers.best_guess()
        await play.thief.use(await play.thief.redeem(code, guess, plain))
