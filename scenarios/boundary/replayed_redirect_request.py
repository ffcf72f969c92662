"""The attacker sends the client the victim's whole redirect request, before the victim's arrives.

RFC 9700 section 4.5.3, RFC 6265 section 8.4. Whoever reads a whole request, its cookies included,
has all by which a client knows the browser that began a login. State, nonce and verifier lie in the
session that the cookie names, so they fit, and a code that serves once serves whoever comes first.
"""

from attacker.vantage import WHOLE_REDIRECT, Leg
from reports.records import Proof
from scenarios.model.rule import Unhindered
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A redirect request that is sent with its cookies cannot be told from the victim's own",
    vantage=WHOLE_REDIRECT,
    clauses=("RFC9700#4.5.3", "RFC6265#8.4", "RFC9700#4.7"),
    remedy="Let no log, proxy or plaintext leg see whole requests; what is in them is the session.",
    attack=(Unhindered("the cookie names the session that began the login, and all else fits it"),),
    proof=Proof.SESSION,
    limit="The request says by its cookie that it comes from the browser that began the login",
)
async def replayed_redirect_request(play: Play) -> None:
    """Read the whole request in a log, and send it while the victim's is not yet answered."""
    async with play.step("The victim signs in, and the redirect stands in a log, with its cookies"):
        await play.victim.log_in()
        code, state = await play.thief.receive_code(), play.thief.catch("state")
        cookies = play.thief.loot.find("cookie", Leg.REDIRECT_COOKIES)
    async with play.step("The attacker starts its own login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The attacker sends the client that request, as it stands in the log"):
        await play.injector.replay(code, state, cookies)
        await play.injector.look_at_session()
