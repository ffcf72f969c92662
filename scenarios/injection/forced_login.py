"""The attacker signs the victim in at the client, with the attacker's own account.

RFC 9700 section 4.7, RFC 6749 section 10.12. The victim has begun a login at the client, and then
follows a link: the redirect that ends a login of the attacker's. What the victim does from then on
at the client, such as storing a document or a credit card, is done in the attacker's account.
"""

from attacker.vantage import OWN_ACCOUNT
from reports.records import Proof, Refusal
from scenarios.model.injection import Inject
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="Nobody can be signed in at the honest client by the answer to somebody else's login",
    vantage=OWN_ACCOUNT,
    clauses=("RFC9700#4.7", "RFC6749#10.12", "RFC9700#4.5.3"),
    remedy="Bind state to the browser that started the login, and use PKCE and the nonce.",
    attack=(Inject(with_state=True),),
    refusals=(Refusal.CLIENT, Refusal.TOKEN_ENDPOINT),
    proof=Proof.FORCED_SESSION,
)
async def forced_login(play: Play) -> None:
    """Sign in, keep the redirect from the client, and have the victim follow it."""
    async with play.step("The attacker signs in with its own account, and stops before the client"):
        await play.injector.sign_in()
    async with play.step("The victim begins a login at the client; nobody is signed in"):
        await play.victim.begin_login()
        await play.victim.look_at_session()
    async with play.step("The victim follows a link of the attacker's: the answer to its login"):
        await play.victim.follow(play.injector.own_answer())
        await play.victim.look_at_session()
