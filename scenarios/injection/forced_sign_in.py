"""The attacker's page signs the victim in at the server, with the attacker's own account.

RFC 6749 section 10.12, at the server. The page sends a sign-in form that the server has shown to
the attacker, filled in, from the victim's browser. Wherever the victim logs in from then on, it is
the attacker's account; the client, whose own login this is, cannot tell.
"""

from attacker.vantage import OWN_ACCOUNT
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario


@scenario(
    title="A sign-in form of one browser cannot be sent by another",
    vantage=OWN_ACCOUNT,
    clauses=("RFC6749#10.12",),
    remedy="Bind each form to the session of the browser that it is shown to.",
    attack=(Rule("a form belongs to the browser it was shown to", bent_by=("forms_unbound",)),),
    refusals=(Refusal.FORM,),
    proof=Proof.FORCED_SESSION,
    needs=(Need.OWN_DOINGS,),
)
async def forced_sign_in(play: Play) -> None:
    """Get a sign-in form, fill it in, and have the victim's browser send it."""
    async with play.step("The attacker starts a login, and fills the server's form in"):
        await play.injector.start_own_login()
        form = play.injector.own_form()
    async with play.step("The victim has a new browser; nobody is signed in"):
        await play.victim.begin_login()
        await play.victim.look_at_session()
    async with play.step("The victim visits a page of the attacker's, which sends that form"):
        await play.victim.visits_page_that_sends(form)
    async with play.step("The victim logs in at the client"):
        await play.victim.log_in()
        await play.victim.look_at_session()
