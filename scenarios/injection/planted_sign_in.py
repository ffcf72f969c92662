"""The attacker plants its own cookie of the server, and is signed in there when the victim is.

RFC 6265 section 8.4. A cookie that a host beside the server has set says which session of the
server the victim's browser is in. Where that stays the same at sign-in, the attacker, who has the
same cookie, logs in at every client as the victim, without any password.
"""

from attacker.vantage import OWN_ACCOUNT
from reports.records import Proof, Refusal
from scenarios.model.rule import Rule
from scenarios.needs import Need
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="Whoever knew the cookie of the server before a sign-in is not signed in with it",
    vantage=OWN_ACCOUNT,
    clauses=("RFC6265#8.4",),
    remedy="Give the browser a new session cookie when somebody signs in, and end the old one.",
    attack=(
        Rule(
            "the server gives the browser another cookie when somebody signs in",
            bent_by=("session_kept_at_sign_in",),
        ),
    ),
    refusals=(Refusal.OWN_SESSION,),
    proof=Proof.SESSION,
    # Anybody can pose as a public client, so there the server would ask once more.
    client_type=ClientType.CONFIDENTIAL,
    needs=(Need.OWN_DOINGS,),
)
async def planted_sign_in(play: Play) -> None:
    """Plant the own session cookie of the server in the victim's browser, and wait."""
    async with play.step("The attacker starts a login at the client; nobody is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("A host beside the server sets its cookie in the victim's browser"):
        play.victim.is_tossed(play.injector.own_cookie(play.injector.own_request()))
    async with play.step("The victim signs in at the server, and then at the client once more"):
        await play.victim.log_in()
        await play.victim.log_in()
        await play.victim.look_at_session()
    async with play.step("The attacker starts one more login, and looks who is signed in"):
        await play.injector.start_own_login()
        await play.injector.look_at_session()
