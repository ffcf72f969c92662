"""A thief sends what the client sends, while the client is still being answered.

RFC 6749 section 10.5. Between the look whether a code was used and the mark that it is now, no
other request may come: else both get tokens, and nobody has replayed anything.
"""

from attacker.vantage import TOKEN_REQUESTS
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="Of two token requests for one code at the same time, no second one is granted",
    vantage=TOKEN_REQUESTS,
    clauses=("RFC6749#10.5", "RFC6749#4.1.2", "RFC9700#4.2.4"),
    remedy="Look a code up and mark it as used in one step that nothing can interrupt.",
    attack=(
        Rule(
            "the code was looked up and used in one step, before the thief's request was read",
            bent_by=("code_race", "code_reusable"),
        ),
    ),
    deviates=(Deviation.USED,),
    needs=(Need.INSIGHT,),
)
async def raced_code(play: Play) -> None:
    """Read the token request as it passes, and send the same while it is being answered."""
    async with play.step("The thief gets ready to repeat the client's token request"):
        await play.thief.study_client()
    async with (
        play.step("While the provider is busy with the client's request, it gets the thief's"),
        play.while_the_victim_logs_in(),
    ):
        code = await play.thief.receive_code()
        await play.until_the_provider_is_busy_with_it()
        token = await play.thief.redeem(code, play.thief.catch("code_verifier"))
    async with play.step("The thief uses what it got"):
        await play.thief.use(token)
