"""The native app shares its port, and the thief listens there more specifically.

RFC 8252 sections 7.3 and 8.3. An app that listens on every address with SO_REUSEPORT lets other
processes of its user listen at the same port. Of two that do, the operating system gives a
connection to 127.0.0.1 to the one that listens on 127.0.0.1. An app that listens there alone, and
does not share, has its port to itself.
"""

from attacker.token_request import Bent
from attacker.vantage import LOCAL_PROCESS
from reports.records import Deviation, Refusal
from scenarios.channels import LOOPBACK_PORTS
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A process that listens beside the app receives no code",
    vantage=LOCAL_PROCESS,
    clauses=("RFC8252#8.3", "RFC8252#7.3", "RFC7636#1"),
    remedy="Listen on 127.0.0.1 alone, and never with SO_REUSEPORT.",
    attack=(
        Rule("nobody else can listen where the app does", ("loopback_port_shared",)),
        Redeem(),
    ),
    refusals=(Refusal.SILENCE, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.REDIRECT_URI,),
    channels=(LOOPBACK_PORTS,),
)
async def shared_port(play: Play) -> None:
    """See where the app waits, listen beside it, redeem what comes."""
    async with play.step("The victim signs in; a process listens where it sees the app wait"):
        play.thief.process.joins = True
        await play.victim.log_in()
        await play.thief.process.call_itself()
        code = play.thief.catch()
    async with play.step("The thief redeems the code and reads the victim's data"):
        straight = Bent({"redirect_uri": play.thief.process.asked_for})
        await play.thief.use(await play.thief.redeem(code, None, straight))
