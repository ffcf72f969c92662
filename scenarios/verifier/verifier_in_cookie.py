"""The client keeps its verifier in a cookie, in clear, so that it comes along with the redirect.

RFC 7636 section 7.1 wants the verifier kept secret. A cookie is a secret from other sites, and not
from whoever receives the redirect in place of the client: the browser sends it there, beside the
code. ``HttpOnly`` and ``Secure`` change nothing. An encrypted cookie, or one that only names a
session, is worth nothing to the thief.
"""

from attacker.vantage import WHOLE_REDIRECT
from scenarios.model.redemption import Redeem
from scenarios.model.verifier import Verifier
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A stolen redirect does not bring the verifier of its code in a cookie",
    vantage=WHOLE_REDIRECT,
    clauses=("RFC7636#7.1", "RFC6265#8.3", "RFC9700#2.1.1"),
    remedy="Keep the verifier on the client's server; let the cookie name the session, no more.",
    attack=(Redeem(Verifier.FROM_COOKIE),),
)
async def verifier_in_cookie(play: Play) -> None:
    """Receive the whole redirect request, find the verifier among its cookies, redeem."""
    async with play.step("The victim signs in, and the redirect goes astray with its cookies"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The thief looks for a verifier among the cookies"):
        verifier = await play.thief.verifiers.from_cookies()
    async with play.step("The thief redeems the code with what it found there"):
        await play.thief.use(await play.thief.redeem(code, verifier))
