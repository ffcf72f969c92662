"""The attacker puts the victim's code beside an ID token of its own, in the hybrid flow.

OpenID Connect Core section 3.3.2.5. The victim follows the request of a login that the attacker has
begun, changed so that a redirect brings the code alone, where it leaks. All else that a client
compares fits: state, nonce and verifier are those of one login. But the client waits for a form
with an ID token, and the only one that the attacker has names another code in its ``c_hash``.
"""

from attacker.vantage import OWN_REQUEST
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario

_BY_REDIRECT = {"response_type": "code", "response_mode": None}


@scenario(
    title="A code beside an ID token cannot be swapped for another",
    vantage=OWN_REQUEST,
    clauses=("OIDC-CORE#3.3.2.10", "OIDC-CORE#3.3.2.11", "RFC9700#4.5.3"),
    remedy="Put c_hash into every ID token that comes with a code, and compare it at the client.",
    attack=(Rule("the ID token says which code it came with", bent_by=("c_hash_missing",)),),
    refusals=(Refusal.CLIENT,),
    proof=Proof.SESSION,
    uses=("hybrid_flow",),
)
async def code_beside_own_id_token(play: Play) -> None:
    """Sign in, have the victim do the same by a redirect, and swap the code in the own form."""
    async with play.step("The attacker signs in with its own account, and keeps the form back"):
        await play.injector.sign_in()
        await play.injector.look_at_session()
    async with play.step("The victim follows the request of that login, changed to a redirect"):
        await play.victim.follow(play.injector.own_request(**_BY_REDIRECT))
        code = play.thief.catch()
    async with play.step("The attacker sends the form, with the victim's code in it"):
        await play.injector.inject_into_own_form(code)
        await play.injector.look_at_session()
