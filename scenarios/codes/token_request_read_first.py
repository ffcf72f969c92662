"""Somebody reads the client's token request, and is faster.

FAPI 2.0 attacker model, A5. The request has everything that a code is bound to: PKCE has nothing
left to hold back. Only a key that is not sent along would help (RFC 9449 section 10).
"""

from attacker.vantage import TOKEN_REQUESTS
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A token request that somebody reads on its way is of no use to them",
    vantage=TOKEN_REQUESTS,
    clauses=("RFC9449#10", "RFC9700#4.2.4"),
    remedy="Bind codes to a key of the client (dpop_jkt), and keep token requests out of logs.",
    attack=(Redeem(Verifier.CLIENTS),),
    limit="whoever reads the token request has all that the code is bound to",
)
async def token_request_read_first(play: Play) -> None:
    """Hold the client's request up, and send the same."""
    async with (
        play.step("The thief reads the client's token request, and holds it up"),
        play.while_the_victim_logs_in(held_up=True),
    ):
        code = await play.thief.receive_code()
        token = await play.thief.redeem(code, play.thief.catch("code_verifier"))
        await play.thief.use(token)
