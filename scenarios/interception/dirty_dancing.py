"""The attacker breaks a login on purpose, and a script on the error page reads its code.

RFC 9700 sections 4.2.1 and 4.5. The victim follows a link to the attacker's own authorization
request, with another ``state`` in it. The client does not know that state and shows an error, and
the code in the address of that page nobody has used. It was issued for the challenge and the nonce
of the attacker's login, so at the client the attacker ends that login with it, whatever PKCE and
the client's secret are worth elsewhere.
"""

from attacker.vantage import OWN_REQUEST_AND_WEB_SITE
from reports.records import Proof, Refusal
from scenarios.channels import WEB_PAGES
from scenarios.model.consent import Unasked
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A login that was made to fail does not give its code away",
    vantage=OWN_REQUEST_AND_WEB_SITE,
    clauses=("RFC9700#4.2.1", "RFC9700#4.5.4", "RFC9700#4.2.4"),
    remedy="Redirect from the callback to a clean address even in case of error, and run no script "
    "of others there.",
    attack=(
        Unasked(),
        Rule(
            "no script of another site runs on the client's error page",
            ("third_party_script_on_error_page",),
        ),
    ),
    refusals=(Refusal.SILENCE, Refusal.AUTHORIZATION_ENDPOINT),
    client_type=ClientType.CONFIDENTIAL,
    channels=(WEB_PAGES,),
    proof=Proof.SESSION,
)
async def dirty_dancing(play: Play) -> None:
    """Start an own login, let the victim's browser fail at it, end it with the victim's code."""
    async with play.step("The attacker starts a login of its own at the client"):
        own_state = await play.injector.start_own_login()
        await play.injector.look_at_session()
    async with play.step("The victim follows a link to that request, with another state in it"):
        await play.victim.lured_to(play.injector.spoilt_request())
        code = play.thief.catch()
    async with play.step("The attacker ends its own login with the code that the script brought"):
        await play.injector.inject(code, own_state)
        await play.injector.look_at_session()
