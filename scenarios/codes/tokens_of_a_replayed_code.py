"""A thief is faster than the client, and the client's own request then is the replay.

RFC 6749 section 4.1.2. Of two who present one code with all that belongs to it, one is a thief. The
server cannot tell which, so it refuses the second and revokes what it gave the first.
"""

from attacker.vantage import TOKEN_REQUESTS, Leg
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="Tokens for a code that is presented again do not outlive that",
    vantage=TOKEN_REQUESTS,
    clauses=("RFC6749#4.1.2", "RFC6749#10.5", "RFC9700#4.2.4"),
    remedy="Revoke every token of a code when somebody presents it a second time.",
    attack=(
        Rule(
            "the client's request was the second for its code, and the server revoked what the "
            "first had got",
            bent_by=("tokens_survive_replay", "code_reusable"),
        ),
    ),
    refusals=(Refusal.USERINFO,),
)
async def tokens_of_a_replayed_code(play: Play) -> None:
    """Hold the client's token request up, redeem its code, let it pass, use the token."""
    async with (
        play.step("The thief reads the token request, holds it up, and redeems the code first"),
        play.while_the_victim_logs_in(held_up=True),
    ):
        code = await play.thief.receive_code()
        token = await play.thief.redeem(code, play.thief.catch("code_verifier"))
    async with play.step("The client has presented the code, too; the thief uses its token"):
        await play.thief.use(token)
    async with play.step("If it was given a refresh token with it, it tries that, too"):
        lasting = play.thief.loot.find("refresh_token", Leg.OWN)
        await play.thief.use(await play.thief.refresh(lasting))
