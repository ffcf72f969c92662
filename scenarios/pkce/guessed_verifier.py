"""A thief guesses: it downloads the client, and tries what that could have made.

RFC 7636 section 7.1. A verifier made from the clock is one of a few hundred. A server that lets the
guesses go on, and keeps the code all the while, gives the tokens to whoever is patient. One that
pauses after some stops the thief, and only delays the honest client.
"""

from attacker.vantage import RESPONSE_AND_APP
from reports.records import Deviation
from scenarios.model.guessing import Guess
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_the_victims_login


@scenario(
    title="A verifier cannot be guessed at the token endpoint",
    vantage=RESPONSE_AND_APP,
    clauses=("RFC7636#7.1", "RFC7636#4.1"),
    remedy="Make verifiers from 32 random bytes, and let no code bear many wrong ones.",
    attack=(Guess(),),
    deviates=(Deviation.USED,),
    needs=(Need.OWN_DOINGS,),
)
async def guessed_verifier(play: Play) -> None:
    """Capture the redirect, and try every verifier that the downloaded app could have made."""
    code = await code_of_the_victims_login(play)
    async with play.step("The thief runs its copy of the app to see which verifiers it makes"):
        guesses = await play.thief.verifiers.made_by_app()
    async with play.step("The thief tries one after the other"):
        await play.thief.use(await play.thief.try_each(code, guesses))
