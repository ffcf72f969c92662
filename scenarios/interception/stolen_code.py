"""A thief receives the redirect meant for the client and redeems the code itself.

RFC 7636 section 1. The thief reads the authorization response and nothing else. PKCE must make the
stolen code worthless to it: the verifier never left the client.
"""

from attacker.vantage import RESPONSE
from scenarios.channels import ACCESS_LOG, HEADLINE_CHANNELS, ON_DEVICE_CHANNELS
from scenarios.model.redemption import Redeem
from scenarios.play import Play
from scenarios.postures import HEADLINE
from scenarios.registry import scenario


@scenario(
    title="A stolen authorization code cannot be redeemed",
    vantage=RESPONSE,
    clauses=("RFC7636#1", "RFC7636#4.6", "RFC9700#2.1.1"),
    remedy="Require PKCE for every client at the authorization server, with S256.",
    attack=(Redeem(),),
    postures=HEADLINE,
    channels=(*HEADLINE_CHANNELS, ACCESS_LOG, *ON_DEVICE_CHANNELS),
)
async def stolen_code(play: Play) -> None:
    """Capture the redirect, redeem the code, read the data."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief redeems the code and reads the victim's data"):
        await play.thief.use(await play.thief.redeem(code))
