"""The native app waits for its redirect at the same port each time, and the thief was there first.

RFC 8252 sections 7.3 and 8.3. A process on the victim's device sees once at which port the app
waits, and listens there before the next login. A model app has the operating system choose another
port for each login. One that insists on its own sends the browser there all the same.
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
    title="A port that was taken before the app needs it receives no code",
    vantage=LOCAL_PROCESS,
    clauses=("RFC8252#7.3", "RFC8252#8.3", "RFC7636#1"),
    remedy="Let the operating system choose a free port for each login, and give up without one.",
    attack=(
        Rule("the app waits at another port in each login", ("loopback_port_fixed",)),
        Redeem(),
    ),
    refusals=(Refusal.SILENCE, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.REDIRECT_URI,),
    channels=(LOOPBACK_PORTS,),
)
async def taken_port(play: Play) -> None:
    """See where the app waits, be there first the next time, redeem what comes."""
    async with play.step("The victim signs in; a process on the device sees where the app waits"):
        await play.victim.log_in()
    async with play.step("The process listens there, and the victim signs in again"):
        await play.thief.process.take(play.thief.process.seen)
        await play.victim.log_in()
        await play.thief.process.call_itself()
        code = play.thief.catch()
    async with play.step("The thief redeems the code and reads the victim's data"):
        straight = Bent({"redirect_uri": play.thief.process.asked_for})
        await play.thief.use(await play.thief.redeem(code, None, straight))
