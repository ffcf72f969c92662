"""The token itself travels in the redirect, in the fragment of an address.

RFC 9700 section 2.1.2. Where the implicit flow is open, whoever reads addresses (a history, a
script, an extension) has the token and needs neither verifier nor secret. A code on the same way is
worth nothing without them.
"""

from attacker.vantage import HISTORY_OF_OWN_REQUEST
from reports.records import Deviation, Refusal
from scenarios.model.rule import Rule
from scenarios.play import Play
from scenarios.registry import scenario

_WITH_TOKEN = ("token", "id_token token", "code token", "code id_token token")
"""Every response type that brings an access token (OpenID Connect Core section 3)."""


@scenario(
    title="No token travels in an address",
    vantage=HISTORY_OF_OWN_REQUEST,
    clauses=("RFC9700#2.1.2", "RFC6749#10.3", "OAUTH-2.1#10.1"),
    remedy="Close the implicit flow: accept the response type code only.",
    attack=(
        Rule("the server knows no response type but code", bent_by=("implicit_flow_accepted",)),
    ),
    refusals=(Refusal.AUTHORIZATION_ENDPOINT,),
    deviates=(Deviation.PKCE,),
)
async def implicit_token(play: Play) -> None:
    """Ask for a token in place of a code or beside it, and read it in the history."""
    async with play.step("The thief looks how the client asks for a code"):
        await play.thief.study_client()
    for response_type in _WITH_TOKEN:
        async with play.step(f"The thief builds a request for {response_type!r}"):
            request = play.thief.build_authorization_request((), response_type=response_type)
        async with play.step("The victim follows the link; the address stays in the history"):
            await play.victim.follow(request)
    async with play.step("The thief finds a token there, and reads the victim's data"):
        await play.thief.use(play.thief.catch("access_token"))
