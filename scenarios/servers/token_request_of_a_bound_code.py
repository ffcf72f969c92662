"""Somebody reads the client's token request, and is faster: code and verifier are both in it.

FAPI 2.0 attacker model, A5. Against that neither PKCE nor a client secret helps, because the client
sends them along. What helps is a key that never leaves the client: the authorization request names
its thumbprint as ``dpop_jkt``, and the code is worth nothing without a proof of that key (RFC 9449
section 10).
"""

from attacker.vantage import TOKEN_REQUESTS
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="Whoever reads the token request of a code that is bound to a key cannot redeem it",
    vantage=TOKEN_REQUESTS,
    clauses=("RFC9449#10", "RFC9449#5"),
    remedy="Redeem a code whose request named a dpop_jkt only with a proof of that key.",
    attack=(
        Rule(
            says="the code is bound to a key that never left the client",
            bent_by=("dpop_jkt_ignored",),
        ),
    ),
    uses=("dpop",),
)
async def token_request_of_a_bound_code(play: Play) -> None:
    """Read the token request, hold it up, redeem first."""
    async with play.while_the_victim_logs_in(held_up=True):
        async with play.step("The thief reads the client's token request, and holds it up"):
            code = await play.thief.receive_code()
            verifier = play.thief.catch("code_verifier")
        async with play.step("The thief redeems the code first, and reads the victim's data"):
            await play.thief.use(await play.thief.redeem(code, verifier))
