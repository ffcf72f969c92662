"""The attacker runs a server of its own, and the client brings it the code of another one.

RFC 9700 section 4.4. At a client of several servers the victim chooses the attacker's. That one
sends the victim on to the honest server, in the client's name there, and the client takes the code
that comes back to the server that it had asked: the attacker's. S256 does not help, because the
client brings the verifier along. Whoever answers has to say who it is (``iss``, RFC 9207), and the
client has to look.
"""

from attacker.vantage import OWN_SERVER
from reports.records import Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A client of several servers takes no code to another server than it comes from",
    vantage=OWN_SERVER,
    clauses=("RFC9700#4.4", "RFC9207#2.4", "RFC9207#2"),
    remedy="Let the server send iss, and the client compare it with the server that it asked.",
    attack=(
        Rule(
            says="the answer says which server it comes from, and the client had asked another",
            bent_by=("iss_unchecked", "iss_missing"),
        ),
    ),
    refusals=(Refusal.ASKER,),
    uses=("several_servers",),
)
async def mixed_up_servers(play: Play) -> None:
    """Send the victim on to the honest server, wait for the client, redeem what it brings."""
    async with play.step("The thief learns who the client is at the honest server"):
        await play.thief.study_client()
    async with play.step("The victim chooses the thief's server, which sends it to the honest one"):
        await play.victim.log_in_elsewhere()
    async with play.step("The thief redeems what the client has brought to its server"):
        code, verifier = play.thief.catch(), play.thief.catch("code_verifier")
        await play.thief.use(await play.thief.redeem(code, verifier))
