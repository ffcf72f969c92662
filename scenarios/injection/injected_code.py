"""The attacker has the honest client redeem the victim's code, in the attacker's own session.

RFC 9700 section 4.5. A client secret does not help, because the client itself presents it. PKCE
does: the client sends the verifier of the attacker's login, and that does not match the code.
"""

from attacker.vantage import RESPONSE
from reports.records import Proof, Refusal
from scenarios.channels import ACCESS_LOG, PLAINTEXT
from scenarios.model.injection import Inject
from scenarios.play import Play
from scenarios.postures import CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256, NO_PKCE, PLAIN, S256
from scenarios.registry import scenario


@scenario(
    title="A stolen code cannot be injected into another session at the honest client",
    vantage=RESPONSE,
    clauses=("RFC9700#4.5", "RFC9700#4.5.3", "RFC7636#4.6"),
    remedy="Use PKCE with S256 in confidential clients too; a secret does not stop injection.",
    attack=(Inject(),),
    postures=(NO_PKCE, PLAIN, S256, CONFIDENTIAL_NO_PKCE, CONFIDENTIAL_S256),
    channels=(PLAINTEXT, ACCESS_LOG),
    proof=Proof.SESSION,
    refusals=(Refusal.TOKEN_ENDPOINT, Refusal.CLIENT),
)
async def injected_code(play: Play) -> None:
    """Capture the redirect, start an own login, answer it with the victim's code."""
    async with play.step("The victim signs in at the honest client, and the redirect goes astray"):
        await play.victim.log_in()
        code = await play.thief.receive_code()
    async with play.step("The attacker starts its own login at the client; nobody is signed in"):
        own_state = await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The attacker answers it with the victim's code"):
        await play.injector.inject(code, own_state)
        await play.injector.look_at_session()
