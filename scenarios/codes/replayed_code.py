"""A thief reads the client's token request, and sends the same once more.

RFC 6749 section 4.1.2. The thief has everything that the honest client had: code, verifier and
redirect URI. It comes second, and a code must serve only once.
"""

from attacker.vantage import TOKEN_REQUESTS
from reports.records import Deviation
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A code that was redeemed cannot be redeemed again",
    vantage=TOKEN_REQUESTS,
    clauses=("RFC6749#4.1.2", "RFC6749#10.5", "RFC9700#4.2.4"),
    remedy="Mark a code as used before anything is issued for it, and refuse it from then on.",
    attack=(Rule("a code serves only once, and the client was first", bent_by=("code_reusable",)),),
    deviates=(Deviation.USED,),
)
async def replayed_code(play: Play) -> None:
    """Read the token request of a login that is over, and repeat it."""
    async with play.step("The victim signs in; the thief reads the client's token request"):
        await play.victim.log_in()
        code, verifier = play.thief.catch(), play.thief.catch("code_verifier")
    async with play.step("The thief presents the same code and verifier once more"):
        await play.thief.use(await play.thief.redeem(code, verifier))
