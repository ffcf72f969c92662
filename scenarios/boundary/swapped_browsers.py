"""The attacker starts a login, the victim goes on with it, and the attacker brings the answer.

Browser swapping (FAPI 2.0 Security Profile section 5.6). The victim follows a link to a login that
the attacker has begun at the honest client, and the answer leaks before the client gets it. Then
everything that belongs to one login belongs together, in the attacker's browser: state, nonce,
verifier and code. No check of client or server can tell that two people were at work.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Proof
from scenarios.model.rule import Unhindered
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A login that two browsers share cannot be told from a login",
    vantage=OWN_REQUEST,
    clauses=("RFC9700#4.5.4", "RFC9700#4.7"),
    remedy="Keep the authorization response from leaking; nothing behind it can make up for that.",
    attack=(Unhindered("all that belongs to one login comes together in one browser"),),
    proof=Proof.SESSION,
    limit="The victim finishes the attacker's own login, so all that the client compares fits",
)
async def swapped_browsers(play: Play) -> None:
    """Send the victim the request of an own login, read its answer, and bring that oneself."""
    async with play.step("The attacker starts a login at the client; nobody is signed in"):
        state = await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The victim follows the request of that login, and allows it"):
        await play.victim.follow(play.injector.own_request())
        code = await play.thief.receive_code()
    async with play.step("The attacker brings the answer in its own browser"):
        await play.injector.inject(code, state)
        await play.injector.look_at_session()
