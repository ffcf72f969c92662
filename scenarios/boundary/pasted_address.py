"""The victim hands the code over by hand: a page asks for the address that the browser shows.

RFC 8252 section 8.6; published as ConsentFix. The attacker's request names a client that many
devices have, and its redirect URI on loopback. There nobody listens, so the browser shows an error,
with the code in the address above it. The victim is told to paste that address into a page, in
order to go on. The attacker has built the request, so PKCE is its own, and the redirect URI is one
that the client has registered. No rule of server or client is broken.
"""

from attacker.own_client import ASKS_FOR_ADDRESS
from attacker.token_request import Bent
from attacker.vantage import OWN_REQUEST_AND_HELPER
from reports.records import Deviation
from scenarios.hosts import DESKTOP_PORT
from scenarios.model.redemption import Redeem
from scenarios.model.redirect import bent
from scenarios.model.rule import Unhindered
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="An address that the victim pastes somewhere gives nothing away",
    vantage=OWN_REQUEST_AND_HELPER,
    clauses=("RFC8252#8.6", "RFC8252#7.3", "RFC9700#4.1"),
    remedy="Let only managed devices redeem codes of such clients, and bind tokens to the device.",
    attack=(
        Unhindered("the victim carries the code to the attacker, who has built the request"),
        Redeem(Verifier.OWN),
    ),
    deviates=(Deviation.REDIRECT_URI,),
    uses=("loopback_registered",),
    limit="The attacker built the request, and the victim brings it the answer by hand",
)
async def pasted_address(play: Play) -> None:
    """Send the victim to a dead loopback address, and have what the browser shows pasted."""
    async with play.step("The thief builds a request that ends where nobody listens"):
        await play.thief.study_client()
        dead = bent(f"http://127.0.0.1:{DESKTOP_PORT}{{path}}", play.thief.known_redirect_uri())
        request = play.thief.build_authorization_request(redirect_uri=dead)
    async with play.step("The victim follows the link, says yes, and sees that nothing answers"):
        await play.victim.follow(request)
    async with play.step("The victim pastes the address into the thief's page, as it asks"):
        await play.victim.pastes_address_into(ASKS_FOR_ADDRESS)
        code = play.thief.catch()
    async with play.step("The thief redeems the code with its own verifier"):
        own = play.thief.verifiers.own()
        await play.thief.use(await play.thief.redeem(code, own, Bent({"redirect_uri": dead})))
