"""A refresh token in the wrong hands.

RFC 9700 section 4.14.2. It serves for as long as it is used, unless each use replaces it, a second
use ends them all, and its time is counted from the login. The thief has it from a flow of its own,
so that PKCE is no obstacle; whoever steals one from a client holds the same.
"""

from attacker.loot import LootItem
from attacker.vantage import OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.model.verifier import Verifier
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario
from scenarios.steps import code_of_own_request

_REFUSALS = (Refusal.REFRESH_TOKEN, Refusal.USERINFO)
_FROM_CODE = Redeem(Verifier.OWN)


@scenario(
    title="A refresh token that was used cannot be used again",
    vantage=OWN_REQUEST,
    clauses=("RFC9700#4.14.2", "RFC6749#10.4"),
    remedy="Replace a refresh token at each use, and revoke the grant when an old one comes back.",
    attack=(
        _FROM_CODE,
        Rule(
            "a refresh token serves once",
            bent_by=("refresh_token_not_rotated", "refresh_token_reuse_undetected"),
        ),
    ),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE, Deviation.USED),
    needs=(Need.REFRESH_TOKENS,),
)
async def reused_refresh_token(play: Play) -> None:
    """Use a refresh token twice, and the data only by what the second use gives."""
    stolen = await _refresh_token(play)
    async with play.step("The thief uses the refresh token, and then the same once more"):
        await play.thief.refresh(stolen)
        await play.thief.use(await play.thief.refresh(stolen))


@scenario(
    title="A refresh token cannot be used by another client",
    vantage=OWN_REQUEST,
    clauses=("RFC6749#6", "RFC6749#10.4"),
    remedy="Keep the client with each refresh token, and compare.",
    attack=(
        _FROM_CODE,
        Rule(
            "the refresh token was issued to another client",
            bent_by=("refresh_token_not_bound_to_client",),
        ),
    ),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE, Deviation.CLIENT_ID),
    needs=(
        Need.OWN_CLIENT,
        Need.REFRESH_TOKENS,
    ),
)
async def refresh_token_of_another_client(play: Play) -> None:
    """Use the refresh token as the attacker's own app."""
    stolen = await _refresh_token(play)
    async with play.step("The thief uses the refresh token in the name of its own app"):
        own = play.thief.own.as_itself()
        await play.thief.use(await play.thief.refresh(stolen, own))


@scenario(
    title="A public client's refresh token ends, however often it is used",
    vantage=OWN_REQUEST,
    clauses=("RFC9700#4.14.2", "RFC6749#10.4"),
    remedy="Count the life of a public client's refresh tokens from the login.",
    attack=(
        _FROM_CODE,
        Rule(
            "a public client's refresh token ends a day after the login",
            bent_by=("refresh_token_lifetime_renewed",),
        ),
    ),
    refusals=_REFUSALS,
    deviates=(Deviation.PKCE, Deviation.USED),
    needs=(
        Need.CLOCK,
        Need.REFRESH_TOKENS,
    ),
)
async def endless_refresh_token(play: Play) -> None:
    """Use the refresh token, and its successor, more often than once a day."""
    token = await _refresh_token(play)
    for part in ("morning", "evening"):
        async with play.step(f"The next {part}, the thief uses the refresh token that it has"):
            play.let_time_pass(16 * 3600)
            access = await play.thief.refresh(token)
            token = play.thief.loot.find("refresh_token")
    async with play.step("The thief reads the data with what it got in the end"):
        await play.thief.use(access)


async def _refresh_token(play: Play) -> LootItem | None:
    async with play.step("The thief looks at what the client asks for"):
        await play.thief.study_client()
    code = await code_of_own_request(play, **play.thief.lasting())
    async with play.step("The thief redeems the code, and has a refresh token"):
        await play.thief.redeem(code, play.thief.verifiers.own())
    return play.thief.loot.find("refresh_token")
