"""A page of the client tells the site of a picture where it was loaded, code and all.

RFC 9700 section 4.2.1. The page on which a login ends has the code in its address, and browsers
name the address of a page in the ``Referer`` of what it loads. What they send by default is the
origin alone, and a model client sends nothing. A code that is told has been used by then; that it
serves again, bound to nothing, is the server's and the client's other fault.
"""

from attacker.vantage import WEB_SITE
from reports.records import Deviation, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.redemption import Redeem
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A site whose picture a page shows does not learn the code in the page's address",
    vantage=WEB_SITE,
    clauses=("RFC9700#4.2.1", "RFC9700#4.2.4", "RFC6749#4.1.2"),
    remedy="Send Referrer-Policy: no-referrer, take the code out of the address, redeem it once.",
    attack=(
        Rule("pages of the client tell no other site their address", ("callback_leaks_referrer",)),
        Rule("a code can be redeemed once, and the client was first", ("code_reusable",)),
        Redeem(),
    ),
    refusals=(Refusal.SILENCE, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.USED,),
    channels=(WEB_PAGES,),
)
async def code_told_by_referrer(play: Play) -> None:
    """Wait for the picture to be loaded, read the Referer, redeem the code in it."""
    async with play.step("The victim signs in; the page that follows shows the thief's badge"):
        await play.victim.log_in()
        code = play.thief.catch()
    async with play.step("The thief redeems the code that the Referer named, if it named one"):
        await play.thief.use(await play.thief.redeem(code))
